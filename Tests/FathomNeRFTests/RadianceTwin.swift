import CKernels
import FathomCore
import FathomGeometry
import FathomNeRF

#if canImport(Glibc)
import Glibc
#endif

/// A `RadianceField` in double precision, formula by formula: parameters are those of a field, everything else is its own.
struct RadianceTwin {
    /// Numbers of the tables, then those of the network.
    var parameters: [Double]
    let tableCount: Int
    let preset: EncodingPreset
    let hidden: Int
    let steps: Int
    let isExponential: Bool
    let isContracted: Bool
    let slotWeights: [Double]
    let degreeWeights: SIMD3<Double>

    init(_ field: RadianceField) {
        parameters = field.tables.array.map(Double.init) + field.network.array.map(Double.init)
        tableCount = field.tables.count
        preset = field.preset
        hidden = field.hiddenWidth
        steps = field.stepsPerRay
        isExponential = field.activation == .exponential
        isContracted = if case .contracted = field.space { true } else { false }
        slotWeights = field.slotWeights.map(Double.init)
        degreeWeights = SIMD3<Double>(field.degreeWeights)
    }

    // MARK: Features

    private var grid: (count: Int, finest: Double, entries: Int) {
        switch preset {
        case .quality: (8, 512, 1 << 17)
        case .fast: (7, 256, 1 << 15)
        case .plane: (3, 43, 1 << 17)
        }
    }

    var levelCount: Int { grid.count }

    func cells(of level: Int) -> Int {
        Int(16 * pow(grid.finest / 16, Double(level) / Double(grid.count - 1)) + 1e-6)
    }

    private func entries(of level: Int) -> Int {
        let side = cells(of: level) + 1
        return min(side * side * side, grid.entries)
    }

    func offset(of level: Int) -> Int { (0..<level).reduce(0) { $0 + 2 * entries(of: $1) } }

    /// Number of a lattice point's entry in its level.
    func entry(_ level: Int, _ point: SIMD3<Int>) -> Int {
        let side = cells(of: level) + 1
        if side * side * side <= grid.entries { return point.x + side * (point.y + side * point.z) }
        let hash = UInt32(point.x) ^ (UInt32(point.y) &* 2_654_435_761) ^ (UInt32(point.z) &* 805_459_861)
        return Int(hash) % grid.entries
    }

    /// Lower point and weights of the upper ones.
    private func place(_ at: SIMD3<Double>, cells: SIMD3<Double>) -> (SIMD3<Int>, SIMD3<Double>) {
        var (lower, weight) = (SIMD3<Int>.zero, SIMD3<Double>.zero)
        for k in 0..<3 {
            let t = min(max(at[k] * cells[k], 0), cells[k])
            lower[k] = min(Int(t), Int(cells[k]) - 1)
            weight[k] = t - Double(lower[k])
        }
        return (lower, weight)
    }

    private func plane(_ plane: Int, _ at: SIMD3<Double>) -> [Double] {
        let size = SIMD3(384, 288, 96)
        let (a, b) = [(0, 1), (0, 2), (1, 2)][plane]
        let sizes = [(384, 288), (384, 96), (288, 96)]
        var offset = (offset(of: grid.count) + 15) / 16 * 16
        for earlier in 0..<plane { offset += 8 * sizes[earlier].0 * sizes[earlier].1 }
        let (lower, weight) = place(at, cells: SIMD3<Double>(size &- 1))
        return (0..<8).map { channel in
            var sum = 0.0
            for corner in 0..<4 {
                let (i, j) = (corner & 1, corner >> 1)
                let w = (i == 1 ? weight[a] : 1 - weight[a]) * (j == 1 ? weight[b] : 1 - weight[b])
                sum += w * parameters[offset + 8 * ((lower[b] + j) * size[a] + lower[a] + i) + channel]
            }
            return sum
        }
    }

    func features(at position: SIMD3<Double>) -> [Double] {
        var features = [Double](repeating: 0, count: 16)
        for level in 0..<grid.count where slotWeights[level] != 0 {
            let (lower, weight) = place(position, cells: SIMD3(repeating: Double(cells(of: level))))
            for corner in 0..<8 {
                var (w, point) = (slotWeights[level], lower)
                for k in 0..<3 {
                    let bit = corner >> k & 1
                    w *= bit == 1 ? weight[k] : 1 - weight[k]
                    point[k] += bit
                }
                let at = offset(of: level) + 2 * entry(level, point)
                features[2 * level] += w * parameters[at]
                features[2 * level + 1] += w * parameters[at + 1]
            }
        }
        if preset == .plane, slotWeights[3] != 0 {
            let (a, b, c) = (plane(0, position), plane(1, position), plane(2, position))
            for k in 0..<8 { features[6 + k] = slotWeights[3] * a[k] * b[k] * c[k] }
        }
        return features
    }

    // MARK: Networks

    static func bands(_ d: SIMD3<Double>) -> [Double] {
        let (x, y, z) = (d.x, d.y, d.z)
        let (c0, c1, c2) = ((1 / (4 * Double.pi)).squareRoot(), (3 / (4 * Double.pi)).squareRoot(), (15 / Double.pi).squareRoot())
        let c3 = (5 / Double.pi).squareRoot() / 4
        let first: [Double] = [c0, -c1 * y, c1 * z, -c1 * x]
        let (xy, yz, xz): (Double, Double, Double) = (x * y, y * z, x * z)
        let last: Double = x * x - y * y
        let middle: Double = 3 * z * z - 1
        let second: [Double] = [c2 / 2 * xy, -c2 / 2 * yz, c3 * middle, -c2 / 2 * xz, c2 / 4 * last]
        return first + second
    }

    /// out = start + a · w, w by rows of what goes in, from number `at` of the network on.
    private func layer(_ a: [Double], _ at: Int, width: Int, start: [Double]? = nil) -> [Double] {
        var out = start ?? [Double](repeating: 0, count: width)
        for (i, number) in a.enumerated() {
            let row = tableCount + at + i * width
            for c in 0..<width { out[c] += number * parameters[row + c] }
        }
        return out
    }

    func densityNumbers(_ features: [Double]) -> [Double] {
        let parts = RadianceNetworkLayout(hidden: hidden)
        let h1 = layer(features, parts.w1.lowerBound, width: hidden).map { max($0, 0) }
        let bias = parts.b2.map { parameters[tableCount + $0] }
        return layer(h1, parts.w2.lowerBound, width: 16, start: bias)
    }

    func density(_ raw: Double) -> Double { isExponential ? exp(min(raw, 15)) : log1p(exp(raw - 1)) }

    func color(_ numbers: [Double], _ bands: [Double]) -> SIMD3<Double> {
        let parts = RadianceNetworkLayout(hidden: hidden)
        let weighted = bands.indices.map { bands[$0] * degreeWeights[$0 == 0 ? 0 : $0 < 4 ? 1 : 2] }
        let start = layer(weighted, parts.ws.lowerBound, width: hidden)
        let h2 = layer(Array(numbers[1...]), parts.w3.lowerBound + hidden, width: hidden, start: start).map { max($0, 0) }
        let h3 = layer(h2, parts.w4.lowerBound, width: hidden).map { max($0, 0) }
        var color = SIMD3<Double>.zero
        for c in 0..<3 {
            var z = parameters[tableCount + parts.b5.lowerBound + c]
            let row = tableCount + parts.w5.lowerBound + c * hidden
            for (i, number) in h3.enumerated() { z += number * parameters[row + i] }
            color[c] = 1.002 / (1 + exp(-z)) - 0.001
        }
        return color
    }

    // MARK: Rays

    struct Pixel {
        var color = SIMD3<Double>.zero
        var meanDepth = 0.0
        var depth = 0.0
        var opacity = 0.0
        var distortion = 0.0
        var nearDensity = 0.0
        var weights: [Double] = []

        func dot(_ up: fathom_radiance_upstream) -> Double {
            let colors = color * SIMD3(Double(up.color.0), Double(up.color.1), Double(up.color.2))
            let depths: Double = meanDepth * Double(up.mean_depth) + depth * Double(up.depth)
            let others: Double = distortion * Double(up.distortion) + nearDensity * Double(up.near_density)
            return colors.sum() + depths + others + opacity * Double(up.opacity)
        }
    }

    private func position(_ ray: fathom_radiance_ray, _ t: Double) -> SIMD3<Double> {
        let origin = SIMD3(Double(ray.origin.0), Double(ray.origin.1), Double(ray.origin.2))
        let direction = SIMD3(Double(ray.direction.0), Double(ray.direction.1), Double(ray.direction.2))
        guard isContracted else { return origin + t * direction }
        let z = (Double(ray.depth.0) + Double(ray.depth.1) * t) / (1 + Double(ray.depth.2) * t)
        let p = origin + z * direction
        let norm = length(p)
        return (norm > 1 ? (2 - 1 / norm) / norm * p : p) / 4 + 0.5
    }

    func pixel(_ ray: fathom_radiance_ray, near: Double) -> Pixel {
        let bands = Self.bands(SIMD3(Double(ray.view.0), Double(ray.view.1), Double(ray.view.2)))
        let step = Double(ray.end - ray.start) / Double(steps)
        var (light, pixel, ts) = (1.0, Pixel(), [Double]())
        for i in 0..<steps where light >= 1e-4 {
            let from = Double(ray.start) + Double(i) * step
            let t = from + Double(ray.jitter) * step
            let numbers = densityNumbers(features(at: position(ray, t)))
            let sigma = density(numbers[0])
            let size = isContracted ? 2 * length(position(ray, from + step) - position(ray, from)) : step * Double(ray.length)
            let w = light * (1 - exp(-sigma * size))
            light -= w
            ts.append(t)
            pixel.weights.append(w)
            pixel.color += w * color(numbers, bands)
            pixel.depth += w * t
            if t < near { pixel.nearDensity += sigma }
        }
        let sum = pixel.weights.reduce(0, +)
        pixel.meanDepth = pixel.depth / (sum + 1e-6)
        pixel.depth += light
        pixel.opacity = sum
        pixel.color += light * SIMD3(Double(ray.background.0), Double(ray.background.1), Double(ray.background.2))
        for (i, w) in pixel.weights.enumerated() {
            pixel.distortion += w * w * step / 3
            for (j, v) in pixel.weights.enumerated() { pixel.distortion += w * v * abs(ts[i] - ts[j]) }
        }
        return pixel
    }
}
