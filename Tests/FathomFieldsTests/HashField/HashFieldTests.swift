import FathomCore
import FathomFields
import FathomGeometry
import Testing

@Suite struct HashFieldTests {
    /// Also outside of the box, where the features are those of its faces, and for numbers of points that fill no vector.
    @Test(arguments: [0, 3, 8]) func valuesAndGradientsMatchTheTwin(activeLevels: Int) throws {
        var field = try HashFieldSamples.field()
        field.activeLevels = activeLevels
        let twin = HashFieldTwin(field)
        let around = Bounds(lower: SIMD3(-1.5, 3.5, 0), upper: SIMD3(2.5, 6.5, 2))
        let points = HashFieldSamples.points(203) + HashFieldSamples.points(70, in: around)
        let (values, gradients) = field.sampled(points)
        let alone = points.map { point in
            var value: Float = 0
            withUnsafePointer(to: point) { field.evaluate(UnsafeBufferPointer(start: $0, count: 1), into: &value) }
            return value
        }
        for (i, point) in points.enumerated() {
            let expected = twin.evaluate(SIMD3<Double>(point))
            #expect(abs(Double(values[i]) - expected.value) < 3e-6)
            #expect(abs(Double(alone[i]) - expected.value) < 3e-6)
            // Rounding moves a point in its cell by up to 3e-5 cells of the finest level.
            #expect(length(SIMD3<Double>(gradients[i]) - expected.gradient) < 1e-3 * length(expected.gradient))
        }
    }

    /// Differences are those of the twin, so that no more than the gradient itself is rounded.
    @Test(arguments: [false, true]) func gradientIsTheDifferenceOfValues(isInsideOut: Bool) throws {
        var options = HashFieldOptions()
        options.isInsideOut = isInsideOut
        options.tableSize = 12
        let field = try HashFieldSamples.field(options)
        let twin = HashFieldTwin(field)
        let points = HashFieldSamples.points(200)
        for (point, gradient) in zip(points, field.sampled(points).gradients) {
            var difference = SIMD3<Double>.zero
            for k in 0..<3 {
                var step = SIMD3<Double>.zero
                step[k] = 1e-6
                let ends = (twin.evaluate(SIMD3(point) + step).value, twin.evaluate(SIMD3(point) - step).value)
                difference[k] = (ends.0 - ends.1) / 2e-6
            }
            #expect(length(SIMD3<Double>(gradient) - difference) < 1e-3 * length(difference))
        }
    }

    @Test(arguments: [0.1, 0.25, 0.45], [UInt64(0), 1, 2]) func freshFieldIsASphere(radius: Double, seed: UInt64) throws {
        for isInsideOut in [false, true] {
            var options = HashFieldOptions()
            options.initialRadius = radius
            options.isInsideOut = isInsideOut
            options.seed = seed
            let field = try HashField(bounds: HashFieldSamples.box, options: options)
            let (center, world) = (SIMD3<Float>(0.5, 5, 1.05), Float(3 * radius))
            let directions = HashFieldSamples.points(300, in: Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1)))
                .map { $0 / length($0) }
            let inner = field.sampled(directions.map { center + 0.999 * world * $0 }).values
            let outer = field.sampled(directions.map { center + 1.001 * world * $0 }).values
            #expect(inner.allSatisfy { ($0 < 0) != isInsideOut } && outer.allSatisfy { ($0 > 0) != isInsideOut })
            let (_, gradients) = field.sampled(directions.map { center + world * $0 })
            #expect(gradients.allSatisfy { abs(length($0) - 1) < 1e-5 })
        }
    }

    /// Dense levels have an entry per point of the lattice over the box, hashed ones a full table.
    @Test func tablesFollowTheBox() throws {
        let cube = try HashField(bounds: Bounds(lower: .zero, upper: SIMD3(repeating: 4)))
        #expect((0..<8).map { cube.table(of: $0).count / 2 } == [4913, 19683, 85184] + Array(repeating: 1 << 17, count: 5))
        #expect(cube.network == 1_530_280..<1_530_280 + (20 * 64 + 64 + 1))
        let flat = try HashField(bounds: Bounds(lower: .zero, upper: SIMD3(4, 2, 0.25)))
        #expect((0..<4).map { flat.table(of: $0).count / 2 } == [17 * 9 * 2, 27 * 14 * 3, 44 * 23 * 4, 71 * 36 * 6])
    }

    @Test func inactiveLevelsHaveNoPart() throws {
        var field = try HashFieldSamples.field()
        let points = HashFieldSamples.points(50)
        field.activeLevels = 3
        let masked = field.sampled(points)
        for index in field.table(of: 3).lowerBound..<field.network.lowerBound { field.parameters[index] = 0 }
        #expect(field.sampled(points) == masked)
        field.activeLevels = 8
        let (values, gradients) = field.sampled(points)
        #expect(zip(values, masked.values).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(zip(gradients, masked.gradients).allSatisfy { length($0 - $1) < 1e-5 })
    }

    @Test func seedsMakeDifferentFields() throws {
        var options = HashFieldOptions()
        let first = try HashField(bounds: HashFieldSamples.box, options: options).parameters
        #expect(try HashField(bounds: HashFieldSamples.box, options: options).parameters == first)
        options.seed = 1
        #expect(try HashField(bounds: HashFieldSamples.box, options: options).parameters != first)
    }

    @Test func wrongOptionsAreRefused() {
        func refuses(_ bounds: Bounds = HashFieldSamples.box, _ change: (inout HashFieldOptions) -> Void) -> Bool {
            var options = HashFieldOptions()
            change(&options)
            do throws(FathomError) {
                _ = try HashField(bounds: bounds, options: options)
                return false
            } catch {
                return error.code == .usage
            }
        }
        #expect(refuses { $0.levels = 17 })
        #expect(refuses { $0.tableSize = 25 })
        #expect(refuses { $0.finestCells = 8 })
        #expect(refuses { $0.hiddenWidth = 66 })
        #expect(refuses { $0.beta = 0 })
        #expect(refuses { $0.initialRadius = .nan })
        #expect(refuses(Bounds(lower: .zero, upper: .zero)) { _ in })
        #expect(refuses(Bounds(lower: .zero, upper: SIMD3(1, -1, 1))) { _ in })
        #expect(refuses(Bounds(lower: .zero, upper: SIMD3(1, .nan, 1))) { _ in })
        #expect(!refuses { _ in })
    }
}
