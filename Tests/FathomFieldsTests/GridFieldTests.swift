import FathomCore
import FathomFields
import FathomGeometry
import FathomTestSupport
import Testing

/// Distances on sparse blocks.
struct GridFieldTests {
    private static let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))
    private static let radius: Float = 0.5037

    private func sphere(spacing: Double = 2.0 / 63, factor: Float = 1) -> GridField {
        let lattice = GridField.lattice(covering: Self.bounds, spacing: spacing)
        let field = FormulaField { factor * (length($0) - Self.radius) }
        return GridField(LatticeSampler.dense(field, lattice: lattice), lattice: lattice)
    }

    private func randomPoints(_ count: Int, near: Bool = false) -> [SIMD3<Float>] {
        var random = SeededRandom(seed: 5)
        return (0..<count).map { _ in
            let direction = normalize(SIMD3<Float>(Float(random.normal()), Float(random.normal()), Float(random.normal())))
            return direction * (near ? Self.radius + Float(random.uniform(-0.05..<0.05)) : Float(random.uniform(0..<1.2)))
        }
    }

    /// The twin: trilinear in the lattice's values, one corner at a time.
    @Test func valuesAreTrilinear() {
        let grid = sphere()
        let values = grid.latticeValues()
        let (h, lattice) = (grid.spacing, grid.lattice)
        let points = randomPoints(500)
        let sampled = grid.sampled(points)
        var alone = [Float](repeating: 0, count: points.count)
        points.withUnsafeBufferPointer { points in
            alone.withUnsafeMutableBufferPointer { grid.evaluate(points, into: $0.baseAddress!) }
        }
        for (i, point) in points.enumerated() {
            var u = (SIMD3<Double>(point) - lattice.origin) / h
            u.clamp(lowerBound: .zero, upperBound: SIMD3<Double>(lattice.size &- 1))
            let cell = pointwiseMin(SIMD3<Int>(u), lattice.size &- 2)
            let t = u - SIMD3<Double>(cell)
            var expected = 0.0
            for corner in 0..<8 {
                let offset = SIMD3(corner >> 2, corner >> 1 & 1, corner & 1)
                var share = 1.0
                for axis in 0..<3 { share *= offset[axis] == 1 ? t[axis] : 1 - t[axis] }
                let p = cell &+ offset
                expected += share * Double(values[lattice.index(p.x, p.y, p.z)])
            }
            #expect(abs(Double(sampled.values[i]) - expected) < 1e-5)
            #expect(sampled.values[i] == alone[i])
        }
    }

    @Test func nearTheSurfaceItIsTheDistance() {
        let grid = sphere()
        let points = randomPoints(500, near: true)
        let (values, gradients) = grid.sampled(points)
        for (i, point) in points.enumerated() {
            #expect(abs(values[i] - (length(point) - Self.radius)) < 0.15 * Float(grid.spacing))
            #expect(abs(length(gradients[i]) - 1) < 0.1 && dot(gradients[i], normalize(point)) > 0.95)
        }
        #expect(grid.blockCount < grid.lattice.count / 512)
    }

    /// Fields that are no distances become one with the same surface.
    @Test(arguments: [0.2, 1, 5] as [Float])
    func slopesBecomeOne(factor: Float) {
        let grid = sphere(factor: factor)
        let points = randomPoints(300, near: true)
        let lengths = grid.sampled(points).gradients.map { length($0) }
        #expect(abs(lengths.reduce(0, +) / Float(lengths.count) - 1) < 0.02)
    }

    /// Fifty times over, the surface stays where it is.
    @Test func redistancingDoesNotMoveTheSurface() {
        var grid = sphere()
        let points = randomPoints(400, near: true).map { normalize($0) * Self.radius }
        let before = grid.sampled(points).values
        for _ in 0..<50 { grid.redistance() }
        let after = grid.sampled(points).values
        let drift = zip(before, after).reduce(0) { $0 + ($1.1 - $1.0) } / Float(points.count)
        #expect(abs(drift) < 1e-3 * Float(grid.spacing))
    }

    /// Backward of values and of gradients: both are linear in the parameters, so that a difference is exact up to rounding.
    @Test func backward() {
        let grid = sphere(spacing: 2.0 / 31)
        let points = randomPoints(40, near: true)
        var random = SeededRandom(seed: 8)
        let upstream = points.map { _ in Float(random.normal()) }
        let directions = points.map { _ in SIMD3(Float(random.normal()), Float(random.normal()), Float(random.normal())) }
        var gradient = Buffer<Float>(repeating: 0, count: grid.parameters.count)
        grid.accumulate(points, values: upstream, gradients: directions, into: &gradient)
        func sum(_ grid: GridField) -> Double {
            let (values, gradients) = grid.sampled(points)
            return points.indices.reduce(0) {
                $0 + Double(upstream[$1]) * Double(values[$1]) + Double(dot(directions[$1], gradients[$1]))
            }
        }
        for _ in 0..<10 {
            var moved = grid
            var parameters = moved.parameters
            let direction = (0..<parameters.count).map { _ in Float(random.normal()) }
            for index in direction.indices { parameters[index] += 0.01 * direction[index] }
            moved.parameters = parameters
            let expected = direction.indices.reduce(0.0) { $0 + 0.01 * Double(direction[$1]) * Double(gradient[$1]) }
            #expect(abs(sum(moved) - sum(grid) - expected) < 1e-3 * max(1, abs(expected)))
        }
    }

    /// Moved outward by a tenth of a radius, a sphere is a larger sphere.
    @Test func moving() {
        var grid = sphere()
        let points = randomPoints(20_000, near: true).map { normalize($0) * Self.radius }
        for step in 0..<5 {
            let at = points.map { $0 * (1 + 0.01 * Float(step) / Self.radius) }
            grid.move(at, by: Array(repeating: 0.01, count: at.count))
        }
        let values = grid.sampled(points.map { normalize($0) * (Self.radius + 0.05) }).values
        #expect(abs(values.reduce(0, +) / Float(values.count)) < 0.1 * Float(grid.spacing))
    }
}
