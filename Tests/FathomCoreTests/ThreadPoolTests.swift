import FathomCore
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
    @Test(arguments: [1, 2, 5]) func everyIndexRunsOnce(threads: Int) {
        let pool = ThreadPool(threads: threads)
        for count in [0, 1, 2, 7, 1000] {
            let hits = (0..<count).map { _ in Counter() }
            pool.parallelFor(count) { hits[$0].add() }
            #expect(hits.allSatisfy { $0.value == 1 })
        }
    }

    @Test func nestedCallsRunInline() {
        let pool = ThreadPool(threads: 3)
        let total = Counter()
        pool.parallelFor(8) { _ in pool.parallelFor(8) { _ in total.add() } }
        #expect(total.value == 64)
    }

    @Test func errorsArriveAtTheCaller() {
        struct Failure: Error, Equatable { var index: Int }
        let pool = ThreadPool(threads: 2)
        #expect(throws: Failure(index: 3)) {
            try pool.parallelFor(4) { if $0 == 3 { throw Failure(index: $0) } }
        }
        for _ in 0..<200 {
            #expect(throws: Failure(index: 7)) {
                try pool.parallelFor(50) { if $0 >= 7 && $0 % 2 == 1 { throw Failure(index: $0) } }
            }
        }
        let total = Counter()
        pool.parallelFor(100) { _ in total.add() }
        #expect(total.value == 100)
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }
}
