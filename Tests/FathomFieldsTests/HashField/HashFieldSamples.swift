import FathomCore
import FathomFields
import FathomGeometry

/// Fields with parameters as after a fit, and points to look at them.
enum HashFieldSamples {
    /// A box that is no cube and not at the origin: 3 × 2 × 1.1.
    static let box = Bounds(lower: SIMD3(-1, 4, 0.5), upper: SIMD3(2, 6, 1.6))

    /// Features whose slopes are of the same order on all levels, and a network that says something.
    static func field(
        _ options: HashFieldOptions = HashFieldOptions(), bounds: Bounds = box, seed: UInt64 = 1
    ) throws -> HashField {
        var field = try HashField(bounds: bounds, options: options)
        var random = SeededRandom(seed: seed)
        for level in 0..<options.levels {
            let scale = 0.5 / Double(options.coarsestCells << level)
            for index in field.table(of: level) { field.parameters[index] = Float(random.uniform(-scale..<scale)) }
        }
        for index in field.network.suffix(options.hiddenWidth + 1) { field.parameters[index] = Float(random.uniform(-0.3..<0.3)) }
        return field
    }

    /// Points in the box.
    static func points(_ count: Int, in bounds: Bounds = box, seed: UInt64 = 2) -> [SIMD3<Float>] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let share = SIMD3(random.uniform(), random.uniform(), random.uniform())
            return SIMD3<Float>(bounds.lower + share * (bounds.upper - bounds.lower))
        }
    }

    /// Numbers and vectors that a loss might send back.
    static func upstream(_ count: Int, seed: UInt64 = 3) -> (values: [Float], gradients: [SIMD3<Float>]) {
        var random = SeededRandom(seed: seed)
        let values = (0..<count).map { _ in Float(random.normal()) }
        return (values, (0..<count).map { _ in SIMD3(Float(random.normal()), Float(random.normal()), Float(random.normal())) })
    }
}
