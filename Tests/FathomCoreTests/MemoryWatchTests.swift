import FathomCore
import Synchronization
import Testing

@Suite(.serialized) struct MemoryWatchTests {
    /// A process whose memory the test sets, watched without a thread.
    private final class Process: Sendable {
        private let memory = Mutex((resident: 100, peak: 150))

        func watch() -> MemoryWatch {
            MemoryWatch(start: { (_) throws(FathomError) in throw FathomError(.temporary, "no further thread") }, fresh: -1) {
                self.memory.withLock { ($0.resident, $0.peak) }
            }
        }

        func take(_ resident: Int, peak: Int? = nil) {
            memory.withLock { $0 = (resident, max($0.peak, resident, peak ?? 0)) }
        }
    }

    @Test func theMarkIsTheHeadAndNoStretchExceedsIt() {
        let process = Process()
        let watch = process.watch()
        let run = watch.begin(keepsHistory: true)
        // What was before a run counts for the run, not for its steps.
        #expect(run.history.peak == 150)
        let first = watch.begin()
        process.take(120)
        #expect(first.peak == 120)
        let second = watch.begin()
        // A peak between two looks.
        process.take(130, peak: 400)
        #expect(second.peak == 400)
        let third = watch.begin()
        process.take(110)
        #expect(third.peak == 130)
        let history = run.history
        #expect(history.peak == 400 && history.samples.map(\.bytes).max() == 400)
    }

    @Test func histories() {
        var history = MemoryHistory()
        for index in 0..<100_000 { history.add(index == 77_777 ? 5 : 1, at: Double(index) * 0.06) }
        #expect(history.samples.count <= 1000 && history.samples.map(\.bytes).max() == 5)
        #expect(zip(history.samples, history.samples.dropFirst()).allSatisfy { $0.seconds < $1.seconds })
    }

    @Test func theKernelsMarkIsLeftAlone() {
        let run = MemoryWatch.shared.begin(keepsHistory: true)
        let large = MemoryWatch.shared.begin()
        let bytes = Machine.peakMemory + (64 << 20)
        withExtendedLifetime([UInt8](repeating: 1, count: bytes)) {}
        let peak = large.peak
        #expect(peak > bytes && peak <= Machine.peakMemory)
        #expect(run.history.peak >= peak && run.history.peak <= Machine.peakMemory)
    }
}
