import FathomCore
import FathomFields
import FathomGeometry
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The perceptron against its naive twin in Double, and against a decoder trained elsewhere.
struct MLPFieldTests {
    private static let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))

    /// A value as its formula says, one multiplication at a time.
    private func value(_ layout: MLPField.Layout, _ weights: [Double], _ latent: [Double], _ point: [Double]) -> Double {
        var input = latent
        if layout.frequencies == 0 {
            input += point
        } else {
            for function: (Double) -> Double in [{ cos($0) }, { sin($0) }] {
                for octave in 0..<layout.frequencies {
                    input += point.map { function(Double(Float(3.1415)) * Double(1 << octave) * $0) }
                }
            }
        }
        var x = input
        var place = 0
        for layer in 0..<layout.layerCount {
            let isLast = layer == layout.widths.count
            let outputs = isLast ? 1 : layer + 1 == layout.skip ? layout.widths[layer] - input.count : layout.widths[layer]
            let z = (0..<outputs).map { row in
                x.indices.reduce(weights[place + outputs * x.count + row]) { $0 + weights[place + row * x.count + $1] * x[$1] }
            }
            place += outputs * (x.count + 1)
            x = isLast ? z : z.map { activated($0, layout.activation) }
            if layer + 1 == layout.skip { x += input }
        }
        return layout.hasTanh ? tanh(x[0]) : x[0]
    }

    private func activated(_ z: Double, _ activation: MLPField.Layout.Activation) -> Double {
        switch activation {
        case .relu: max(z, 0)
        case .softplus(let beta): log1p(exp(Double(beta) * z)) / Double(beta)
        }
    }

    private static let layouts: [MLPField.Layout] = [
        .init(latentSize: 5, widths: [24, 40, 24], skip: 2, activation: .softplus(beta: 4)),
        .init(latentSize: 0, frequencies: 2, widths: [20, 16], activation: .softplus(beta: 3), hasTanh: false),
        .init(latentSize: 3, frequencies: 1, widths: [17, 33, 9], skip: 1, activation: .relu),
    ]

    private func field(_ layout: MLPField.Layout, _ fitted: MLPField.Fitted) -> MLPField {
        var random = SeededRandom(seed: 4)
        let latent = Buffer((0..<layout.latentSize).map { _ in Float(random.normal() * 0.3) })
        var weights = MLPField.randomWeights(layout, seed: 7)
        for index in 0..<weights.count { weights[index] += Float(random.normal() * 0.05) }
        return MLPField(layout, weights: weights, latent: latent, fitted: fitted, bounds: Self.bounds)
    }

    private var points: [SIMD3<Float>] {
        var random = SeededRandom(seed: 9)
        return (0..<300).map { _ in
            SIMD3(Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1)))
        }
    }

    @Test(arguments: layouts)
    func valuesAndGradients(layout: MLPField.Layout) {
        let field = field(layout, .all)
        let (weights, latent) = (field.weights.array.map(Double.init), field.latent.array.map(Double.init))
        let (values, gradients) = field.sampled(points)
        var alone = [Float](repeating: 0, count: points.count)
        points.withUnsafeBufferPointer { points in
            alone.withUnsafeMutableBufferPointer { values in
                if let start = values.baseAddress { field.evaluate(points, into: start) }
            }
        }
        #expect(alone == values)
        for (i, point) in points.enumerated() {
            let p = (0..<3).map { Double(point[$0]) }
            #expect(abs(Double(values[i]) - value(layout, weights, latent, p)) < 1e-5)
            guard i % 20 == 0 else { continue }
            for axis in 0..<3 {
                var (high, low) = (p, p)
                high[axis] += 1e-6
                low[axis] -= 1e-6
                let slope = (value(layout, weights, latent, high) - value(layout, weights, latent, low)) / 2e-6
                #expect(abs(slope - Double(gradients[i][axis])) < 1e-4 * max(1, abs(slope)))
            }
        }
    }

    /// Σ u f + q · ∇f against differences of the twin, in all parameters at once along random directions (M10, M18).
    @Test(arguments: layouts, [false, true])
    func backward(layout: MLPField.Layout, ofGradients: Bool) {
        let field = field(layout, .all)
        let points = Array(points.prefix(8))
        let upstream = points.indices.map { Float($0 % 5) * 0.3 - 0.5 }
        let directions = points.indices.map { SIMD3(Float($0 % 3) - 1, 0.5, Float($0 % 2) * 0.7) }
        var gradient = Buffer<Float>(repeating: 0, count: field.parameters.count)
        field.accumulate(points, values: upstream, gradients: ofGradients ? directions : nil, into: &gradient)
        let check = GradientCheck(
            .random(12, seed: 3), step: ofGradients ? 1e-5 : 1e-6,
            tolerance: .init(absolute: 1e-4, relative: 1e-3, because: "sums of thousands of products in Float"))
        let count = layout.weightCount
        let worst = check.worst(
            at: field.parameters.array.map(Double.init), gradient: gradient.array.map(Double.init)
        ) { parameters in
            let (weights, latent) = (Array(parameters[..<count]), Array(parameters[count...]))
            var sum = 0.0
            for (i, point) in points.enumerated() {
                let p = (0..<3).map { Double(point[$0]) }
                sum += Double(upstream[i]) * value(layout, weights, latent, p)
                guard ofGradients else { continue }
                let h = 1e-4
                let ahead = (0..<3).map { p[$0] + h * Double(directions[i][$0]) }
                let behind = (0..<3).map { p[$0] - h * Double(directions[i][$0]) }
                sum += (value(layout, weights, latent, ahead) - value(layout, weights, latent, behind)) / (2 * h)
            }
            return sum
        }
        #expect(worst.isAllowed, "\(worst)")
    }

    /// A gradient of the code alone is part of that of everything.
    @Test func fittedParts() {
        let layout = Self.layouts[0]
        let all = field(layout, .all)
        let upstream = [Float](repeating: 0.25, count: points.count)
        func gradient(_ fitted: MLPField.Fitted) -> [Float] {
            let field = field(layout, fitted)
            var gradient = Buffer<Float>(repeating: 0, count: field.parameters.count)
            field.accumulate(points, values: upstream, gradients: nil, into: &gradient)
            return gradient.array
        }
        #expect(gradient(.all) == gradient(.weights) + gradient(.latent))
        var moved = all
        var parameters = moved.parameters
        parameters[0] += 1
        moved.parameters = parameters
        moved.parametersDidChange()
        #expect(moved.sampled(points).values != all.sampled(points).values)
    }

    /// The decoder of bob and spot, read from its authors' file: values, spatial and latent gradients in double precision.
    @Test(.needsSharedMaterial, arguments: ["bob", "spot", "middle"])
    func trainedDecoder(name: String) throws {
        let golden = try Checkpoint(path: SharedMaterial.path("golden/bob_and_spot.safetensors"))
        let latent = try golden.floats("\(name).latent")
        let field = try MLPField(
            checkpoint: Checkpoint(path: SharedMaterial.path("data/bob-and-spot/decoder.pth")), latent: latent, fitted: .latent,
            bounds: Self.bounds)
        let coordinates = try golden.floats("points")
        let points = (0..<coordinates.count / 3).map { i in
            SIMD3(coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2])
        }
        let (values, gradients) = field.sampled(points)
        let (expected, slopes) = (try golden.floats("\(name).sdf"), try golden.floats("\(name).gradient"))
        for i in points.indices {
            #expect(abs(values[i] - expected[i]) < 2e-5)
            for axis in 0..<3 { #expect(abs(gradients[i][axis] - slopes[3 * i + axis]) < 2e-3) }
        }
        var gradient = Buffer<Float>(repeating: 0, count: 2)
        field.accumulate(points, values: Array(repeating: 1, count: points.count), gradients: nil, into: &gradient)
        let sums = try golden.floats("\(name).latent_gradient_of_sum")
        for index in 0..<2 { #expect(abs(gradient[index] - sums[index]) < 1e-3 * max(1, abs(sums[index]))) }
        let inside = LatticeSampler.dense(field, lattice: Lattice(bounds: Self.bounds, points: 64)).array.count { $0 < 0 }
        let share = try golden.floats("\(name).inside_fraction_64")[0]
        #expect(abs(Float(inside) / Float(64 * 64 * 64) - share) < 1e-4)
    }
}
