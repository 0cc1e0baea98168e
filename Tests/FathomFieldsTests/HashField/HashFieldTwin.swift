import FathomCore
import FathomFields
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// A `HashField` in double precision, formula by formula: parameters are those of a field, everything else is its own.
struct HashFieldTwin {
    var parameters: [Double]
    let options: HashFieldOptions
    let bounds: Bounds
    let activeLevels: Int

    init(_ field: HashField) {
        parameters = field.parameters.array.map(Double.init)
        options = field.options
        bounds = field.bounds
        activeLevels = field.activeLevels
    }

    /// A number that depends on the position, and its derivatives along x, y and z.
    struct Jet {
        var value = 0.0
        var gradient = SIMD3<Double>.zero

        static func + (a: Jet, b: Jet) -> Jet { Jet(value: a.value + b.value, gradient: a.gradient + b.gradient) }
        static func * (a: Double, b: Jet) -> Jet { Jet(value: a * b.value, gradient: a * b.gradient) }
        static func * (a: Jet, b: Jet) -> Jet {
            Jet(value: a.value * b.value, gradient: a.value * b.gradient + b.value * a.gradient)
        }
    }

    private var side: Double { (bounds.upper - bounds.lower).max() }

    /// Cells along the longest side and along each axis, entries of the table, whether each point has its own.
    private func level(_ index: Int) -> (cells: Double, counts: [Int], entries: Int, isDense: Bool) {
        let growth = pow(Double(options.finestCells) / Double(options.coarsestCells), 1 / Double(options.levels - 1))
        let cells = (Double(options.coarsestCells) * pow(growth, Double(index)) + 1e-6).rounded(.down)
        let sides = bounds.upper - bounds.lower
        let counts = (0..<3).map { max(1, Int((sides[$0] / side * cells - 1e-6).rounded(.up))) }
        let points = counts.reduce(1) { $0 * ($1 + 1) }
        return (cells, counts, min(points, 1 << options.tableSize), points <= 1 << options.tableSize)
    }

    /// The two features of one level at a point, whose table starts at `offset`.
    private func features(_ index: Int, offset: Int, at x: SIMD3<Double>) -> [Jet] {
        let (cells, counts, entries, isDense) = level(index)
        var (base, upper) = ([0, 0, 0], [Jet(), Jet(), Jet()])
        for k in 0..<3 {
            let t = min(max((x[k] + (bounds.upper - bounds.lower)[k] / side / 2) * cells, 0), Double(counts[k]))
            base[k] = min(Int(t), counts[k] - 1)
            let f = t - Double(base[k])
            upper[k].value = 3 * f * f - 2 * f * f * f
            upper[k].gradient[k] = 6 * f * (1 - f) * cells
        }
        var sums = [Jet(), Jet()]
        for corner in 0..<8 {
            var weight = Jet(value: 1)
            let bits = (0..<3).map { corner >> $0 & 1 }
            for k in 0..<3 { weight = weight * (bits[k] == 1 ? upper[k] : Jet(value: 1) + (-1.0 * upper[k])) }
            let at = (0..<3).map { base[$0] + bits[$0] }
            var entry = at[0] + (counts[0] + 1) * (at[1] + (counts[1] + 1) * at[2])
            if !isDense {
                let hash = UInt32(at[0]) ^ (UInt32(at[1]) &* 2_654_435_761) ^ (UInt32(at[2]) &* 805_459_861)
                entry = Int(hash) % entries
            }
            for f in 0..<2 { sums[f] = sums[f] + parameters[offset + 2 * entry + f] * weight }
        }
        return sums
    }

    /// Value and gradient at a point of the world.
    func evaluate(_ point: SIMD3<Double>) -> Jet {
        let x = (point - (bounds.lower + bounds.upper) / 2) / side
        var inputs = (0..<3).map { k in
            var axis = Jet(value: x[k])
            axis.gradient[k] = 1
            return axis
        }
        inputs.append(Jet(value: 1))
        var offset = 0
        for index in 0..<options.levels {
            inputs += index < activeLevels ? features(index, offset: offset, at: x) : [Jet(), Jet()]
            offset += 2 * level(index).entries
        }
        let hidden = options.hiddenWidth
        let second = offset + inputs.count * hidden
        var sum = Jet(value: parameters[second + hidden])
        for unit in 0..<hidden {
            var z = Jet()
            for (row, input) in inputs.enumerated() { z = z + parameters[offset + row * hidden + unit] * input }
            let e = exp(-options.beta * abs(z.value))
            let slope = z.value > 0 ? 1 / (1 + e) : e / (1 + e)
            let softplus = Jet(value: max(z.value, 0) + log1p(e) / options.beta, gradient: slope * z.gradient)
            sum = sum + parameters[second + unit] * softplus
        }
        let distance = length(x)
        let shell = Jet(value: distance - options.initialRadius, gradient: x / distance)
        sum = sum + (options.isInsideOut ? -1.0 : 1.0) * shell
        return Jet(value: side * sum.value, gradient: sum.gradient)
    }

    /// Σᵢ uᵢ f(pᵢ) + qᵢ · ∇f(pᵢ), whose derivatives by the parameters `accumulate` adds up.
    func loss(_ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?) -> Double {
        points.indices.reduce(0) { sum, i in
            let jet = evaluate(SIMD3<Double>(points[i]))
            let slope = gradients.map { (SIMD3<Double>($0[i]) * jet.gradient).sum() } ?? 0
            return sum + Double(values[i]) * jet.value + slope
        }
    }
}
