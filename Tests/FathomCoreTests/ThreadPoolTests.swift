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

    /// A system that gives `allowed` threads, then none.
    private func scarce(_ allowed: Int) -> SystemThread.Start {
        let left = Mutex(allowed)
        return { (body) throws(FathomError) in
            guard
                left.withLock({ left in
                    left -= 1
                    return left >= 0
                })
            else { throw FathomError(.temporary, "no further thread") }
            return try SystemThread(body)
        }
    }

    @Test(arguments: [0, 1, 3]) func fewerThreadsDoTheSameWork(allowed: Int) {
        let pool = ThreadPool(threads: 8, start: scarce(allowed))
        for _ in 0..<50 {
            var squares = Buffer<Int>(repeating: -1, count: 200)
            withMutablePointers(&squares) { squares in pool.parallelFor(200) { squares[$0] = $0 * $0 } }
            #expect(squares.array == (0..<200).map { $0 * $0 })
        }
        struct Failure: Error, Equatable { var index: Int }
        #expect(throws: Failure(index: 5)) { try pool.parallelFor(50) { if $0 >= 5 { throw Failure(index: $0) } } }
    }

    @Test func threadsThatComeLateAreUsed() {
        let isScarce = Atomic(true)
        let pool = ThreadPool(threads: 2) { (body) throws(FathomError) in
            if isScarce.load(ordering: .relaxed) { throw FathomError(.temporary, "no further thread") }
            return try SystemThread(body)
        }
        pool.parallelFor(2) { _ in }
        isScarce.store(false, ordering: .relaxed)
        // Each index waits for the other one, so both have a thread.
        let arrived = Atomic(0)
        pool.parallelFor(2) { _ in
            arrived.wrappingAdd(1, ordering: .relaxed)
            while arrived.load(ordering: .relaxed) < 2 {}
        }
    }

    @Test(arguments: [0, 2]) func ownThreadsRunOnThoseThereAre(allowed: Int) {
        let total = Counter()
        OwnThreads.run(4, start: scarce(allowed)) { total.add() }
        #expect(total.value == allowed + 1)
    }

    @Test func mapsKeepTheirOrder() {
        #expect((10..<500).parallelMap { $0 * 2 } == (10..<500).map { $0 * 2 })
        #expect(["a", "b", "c"][1...].parallelMap { $0 + "!" } == ["b!", "c!"])
        #expect([Int]().parallelMap { $0 } == [])
        struct Failure: Error, Equatable { var value: Int }
        #expect(throws: Failure(value: 12)) {
            try (0..<100).parallelMap { (value) throws(Failure) in
                if value >= 12 { throw Failure(value: value) }
                return value
            }
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }
}
