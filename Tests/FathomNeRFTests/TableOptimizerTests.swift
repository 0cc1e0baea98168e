import CKernels
import FathomCore
import FathomNeRF
import FathomTensor
import Testing

/// Steps of tables against plain Adam.
struct TableOptimizerTests {
    /// Not a whole number of vectors, and more than one task.
    private static let count = 2 * 20_001

    @Test func stepsOfAllEntriesAreAdams() {
        var random = SeededRandom(seed: 1)
        var tables = Buffer((0..<Self.count).map { _ in Float(random.normal()) })
        var twin = tables
        var optimizer = TableOptimizer(count: Self.count, beta2: 0.99, epsilon: 1e-8)
        var adam = Adam(Adam.Options(rate: 0.01, beta2: 0.99, epsilon: 1e-8), count: Self.count)
        for _ in 0..<60 {
            var gradient = Buffer((0..<Self.count).map { _ in Float(random.normal()) + 1e-3 })
            adam.step(&twin, gradient: gradient)
            let moved = optimizer.step(&tables, gradient: &gradient, rate: 0.01)
            #expect(moved == Self.count / 2)
            #expect(gradient.array.allSatisfy { $0 == 0 })
        }
        for index in 0..<Self.count { #expect(abs(tables[index] - twin[index]) < 1e-6) }
    }

    @Test func entriesWithoutAGradientStay() {
        var random = SeededRandom(seed: 2)
        let start = Buffer((0..<Self.count).map { _ in Float(random.normal()) })
        var tables = start
        var optimizer = TableOptimizer(count: Self.count)
        var steps = [UInt32](repeating: 0, count: Self.count / 2)
        /// One entry's history as dense Adam takes it.
        var single = (
            parameters: Buffer([start[14], start[15]]),
            adam: Adam(Adam.Options(rate: 0.01, beta2: 0.99, epsilon: 1e-15), count: 2)
        )
        for step in 0..<40 {
            var gradient = Buffer<Float>(repeating: 0, count: Self.count)
            for entry in 0..<Self.count / 4 where (entry + step) % 3 == 0 {
                gradient[2 * entry] = Float(random.normal())
                // One number of an entry is enough.
                gradient[2 * entry + 1] = entry % 2 == 0 ? 0 : Float(random.normal())
                steps[entry] += 1
            }
            let expected = (0..<Self.count / 4).count { ($0 + step) % 3 == 0 }
            if (7 + step) % 3 == 0 { single.adam.step(&single.parameters, gradient: Buffer([gradient[14], gradient[15]])) }
            let moved = optimizer.step(&tables, gradient: &gradient, rate: 0.01)
            #expect(moved == expected)
        }
        #expect(optimizer.steps.array == steps)
        #expect((Self.count / 2..<Self.count).allSatisfy { tables[$0] == start[$0] })
        #expect(abs(tables[14] - single.parameters[0]) < 1e-6 && abs(tables[15] - single.parameters[1]) < 1e-6)
    }

    @Test func smoothnessIsTheSumOverTouchedNeighbours() {
        // 3 × 2 × 2 cells, so 4 × 3 × 3 points.
        var level = fathom_hash_level(cells: 3, extent: (3, 2, 2), stride: (1, 4, 12), mask: 0, offset: 0)
        var random = SeededRandom(seed: 3)
        let table = (0..<72).map { _ in Float(random.normal()) }
        let start = (0..<72).map { index in (index / 2) % 5 == 0 ? 0 : Float(random.normal()) }
        var gradient = start
        var touched = [UInt8](repeating: 0, count: 36)
        let sum = fathom_table_smooth(&level, 0.3, table, &gradient, &touched)
        var (expected, pulls) = (0.0, start.map(Double.init))
        for a in 0..<36 {
            for b in a + 1..<36 where a % 5 != 0 && b % 5 != 0 {
                let apart = [abs(a % 4 - b % 4), abs(a / 4 % 3 - b / 4 % 3), abs(a / 12 - b / 12)]
                guard apart.reduce(0, +) == 1 else { continue }
                for f in 0..<2 {
                    let change = Double(table[2 * a + f] - table[2 * b + f])
                    expected += change * change
                    pulls[2 * a + f] += 0.6 * change
                    pulls[2 * b + f] -= 0.6 * change
                }
            }
        }
        #expect(abs(sum - expected) < 1e-5)
        for index in 0..<72 { #expect(abs(Double(gradient[index]) - pulls[index]) < 1e-5) }
    }
}
