import FathomCore
import FathomFields
import FathomGeometry
import FathomTestSupport
import Testing

@Suite(.serialized) struct HashFieldAccumulateTests {
    private static let check = GradientCheck(
        tolerance: .init(absolute: 2e-4, relative: 1e-3, because: "sums are single precision; specification, M18"))

    /// What `accumulate` adds for the parameters at `indices`, against differences of the twin's loss.
    private func worst(
        _ field: HashField, at indices: [Int], _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?
    ) -> GradientCheck.Deviation {
        var sum = Buffer<Float>(repeating: 0, count: field.parameters.count)
        field.accumulate(points, values: values, gradients: gradients, into: &sum)
        var twin = HashFieldTwin(field)
        return Self.check.worst(
            at: indices.map { twin.parameters[$0] }, gradient: indices.map { Double(sum[$0]) }
        ) { moved in
            for (index, value) in zip(indices, moved) { twin.parameters[index] = value }
            return twin.loss(points, values: values, gradients: gradients)
        }
    }

    /// Entries that the points touch, from all levels.
    private func touched(_ field: HashField, _ points: [SIMD3<Float>], count: Int) -> [Int] {
        var sum = Buffer<Float>(repeating: 0, count: field.parameters.count)
        let (values, gradients) = HashFieldSamples.upstream(points.count)
        field.accumulate(points, values: values, gradients: gradients, into: &sum)
        let entries = (0..<field.network.lowerBound).filter { sum[$0] != 0 }
        return (0..<count).map { entries[$0 * entries.count / count] }
    }

    /// Value only, gradient only, both: 100 table entries and a part of the network each.
    @Test(arguments: [(true, false), (false, true), (true, true)])
    func sumsAreDerivativesOfTheTwin(hasValues: Bool, hasGradients: Bool) throws {
        let field = try HashFieldSamples.field()
        let points = HashFieldSamples.points(37)
        var (values, gradients) = HashFieldSamples.upstream(points.count)
        if !hasValues { values = values.map { _ in 0 } }
        let tables = touched(field, points, count: 100)
        let network = Array(field.network)
        let units = network.indices.filter { $0 % 17 == 0 || $0 >= network.count - 8 }.map { network[$0] }
        for indices in [tables, units] {
            let deviation = worst(field, at: indices, points, values: values, gradients: hasGradients ? gradients : nil)
            #expect(deviation.isAllowed, "\(deviation)")
        }
    }

    /// Odd numbers of levels and widths that fill no vector, every parameter.
    @Test func everyParameterOfASmallFieldIsRight() throws {
        var options = HashFieldOptions()
        (options.levels, options.tableSize, options.coarsestCells, options.finestCells) = (3, 6, 2, 9)
        (options.hiddenWidth, options.beta, options.isInsideOut) = (12, 20, true)
        let field = try HashFieldSamples.field(options)
        let points = HashFieldSamples.points(70)
        let (values, gradients) = HashFieldSamples.upstream(points.count)
        let deviation = worst(field, at: Array(0..<field.parameters.count), points, values: values, gradients: gradients)
        #expect(deviation.isAllowed, "\(deviation)")
    }

    /// More points than are remembered at once.
    @Test func sumsDoNotDependOnThreads() throws {
        let field = try HashFieldSamples.field()
        let points = HashFieldSamples.points(8192 + 777)
        let (values, gradients) = HashFieldSamples.upstream(points.count)
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let sums = [1, 2].map { threads in
            ThreadPool.shared.threads = threads
            var sum = Buffer<Float>(repeating: 0, count: field.parameters.count)
            field.accumulate(points, values: values, gradients: gradients, into: &sum)
            return sum
        }
        #expect(sums[0] == sums[1])
    }

    /// Sums are added to what is there, those of all points are those of its parts, and no gradients are zeros.
    @Test func sumsAddUp() throws {
        let field = try HashFieldSamples.field()
        let points = HashFieldSamples.points(9000)
        let (values, gradients) = HashFieldSamples.upstream(points.count)
        var (whole, parts) = (
            Buffer<Float>(repeating: 0, count: field.parameters.count), Buffer<Float>(repeating: 0, count: field.parameters.count)
        )
        field.accumulate(points, values: values, gradients: gradients, into: &whole)
        let zeros = [SIMD3<Float>](repeating: .zero, count: 5000)
        field.accumulate(
            Array(points[..<4000]), values: Array(values[..<4000]), gradients: Array(gradients[..<4000]), into: &parts)
        field.accumulate(
            Array(points[4000...]), values: [Float](repeating: 0, count: 5000), gradients: Array(gradients[4000...]), into: &parts
        )
        var same = parts
        field.accumulate(Array(points[4000...]), values: Array(values[4000...]), gradients: nil, into: &parts)
        field.accumulate(Array(points[4000...]), values: Array(values[4000...]), gradients: zeros, into: &same)
        let scale = whole.array.map { abs($0) }.max() ?? 0
        #expect(zip(whole.array, parts.array).allSatisfy { abs($0 - $1) < 1e-5 * scale })
        #expect(zip(same.array, parts.array).allSatisfy { abs($0 - $1) < 1e-5 * scale })
        let before = whole
        field.accumulate([], values: [], gradients: nil, into: &whole)
        #expect(whole == before)
    }

    @Test func inactiveLevelsTakeNoGradient() throws {
        var field = try HashFieldSamples.field()
        field.activeLevels = 3
        let points = HashFieldSamples.points(40)
        let (values, gradients) = HashFieldSamples.upstream(points.count)
        var sum = Buffer<Float>(repeating: 0, count: field.parameters.count)
        field.accumulate(points, values: values, gradients: gradients, into: &sum)
        let (hidden, first) = (field.options.hiddenWidth, field.network.lowerBound)
        #expect((field.table(of: 3).lowerBound..<first).allSatisfy { sum[$0] == 0 })
        #expect((first + 10 * hidden..<first + 20 * hidden).allSatisfy { sum[$0] == 0 })
        #expect(field.table(of: 2).contains { sum[$0] != 0 })
        let network = (first..<first + 10 * hidden).filter { $0 % 23 == 0 }
        let deviation = worst(
            field, at: touched(field, points, count: 50) + network, points, values: values, gradients: gradients)
        #expect(deviation.isAllowed, "\(deviation)")
    }
}
