import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Peak memory of stretches of this process.
///
/// The kernel keeps one mark, the most that was ever resident. It is left alone, because other programs read it too. Instead a
/// thread looks every 20 ms, while there is a stretch, at the mark and at what is resident. Where the mark has risen since the
/// last look, it is the exact peak of the stretches at hand; otherwise the largest sample is. So no stretch exceeds the mark,
/// and the largest of stretches that cover a run is the mark of the run.
package final class MemoryWatch: Sendable {
    package static let shared = MemoryWatch()

    /// What is known of one stretch.
    fileprivate struct Record {
        var peak = 0
        var history: MemoryHistory?
    }

    private struct State {
        var records: [Int: Record] = [:]
        var next = 0
        var isWatching = false
        /// The kernel's mark at the last look.
        var mark = 0
        var looked = -Double.infinity
        /// What the last look found, for stretches that begin right after it.
        var resident = 0
    }

    /// Microseconds between looks.
    private static let interval: UInt32 = 20_000
    private let state = Mutex(State())
    private let start: SystemThread.Start
    private let fresh: Double
    private let read: @Sendable () -> (resident: Int, peak: Int)

    private convenience init() {
        self.init(start: SystemThread.start, fresh: 0.002, read: Machine.processMemory)
    }

    /// - Parameters:
    ///   - fresh: seconds for which a look is as good as a new one.
    ///   - read: what is resident now, and the kernel's mark.
    package init(
        start: @escaping SystemThread.Start, fresh: Double, read: @escaping @Sendable () -> (resident: Int, peak: Int)
    ) {
        self.start = start
        self.fresh = fresh
        self.read = read
    }

    /// Begins a stretch, which ends when the value goes away.
    ///
    /// - Parameter keepsHistory: also keep the samples, and count what the process took before.
    package func begin(keepsHistory: Bool = false) -> MemoryStretch {
        let id = state.withLock { state in
            look(&state)
            let id = state.next
            state.next += 1
            var record = Record(peak: keepsHistory ? state.mark : state.resident, history: keepsHistory ? MemoryHistory() : nil)
            record.history?.add(state.mark, at: state.looked)
            state.records[id] = record
            // Without a thread, memory is looked at where stretches begin and end.
            if !state.isWatching, let thread = try? start({ self.watch() }) {
                thread.detach()
                state.isWatching = true
            }
            return id
        }
        return MemoryStretch(self, id)
    }

    private func watch() {
        while true {
            usleep(Self.interval)
            let goesOn = state.withLock { state in
                state.isWatching = !state.records.isEmpty
                if state.isWatching { look(&state) }
                return state.isWatching
            }
            if !goesOn { return }
        }
    }

    private func look(_ state: inout State, always: Bool = false) {
        let now = monotonicSeconds()
        guard always || now - state.looked > fresh else { return }
        let memory = read()
        let bytes = memory.peak > state.mark ? memory.peak : memory.resident
        state.mark = max(state.mark, memory.peak)
        state.resident = memory.resident
        state.looked = now
        state.records = state.records.mapValues { record in
            var record = record
            record.peak = max(record.peak, bytes)
            record.history?.add(bytes, at: now)
            return record
        }
    }

    /// - Parameter exactly: look again however short ago that was done.
    fileprivate func record(_ id: Int, exactly: Bool) -> Record {
        state.withLock { state in
            look(&state, always: exactly)
            return state.records[id] ?? Record()
        }
    }

    fileprivate func end(_ id: Int) { state.withLock { $0.records[id] = nil } }
}

/// A stretch of the process whose memory is watched.
package final class MemoryStretch: Sendable {
    private let watch: MemoryWatch
    private let id: Int

    fileprivate init(_ watch: MemoryWatch, _ id: Int) {
        self.watch = watch
        self.id = id
    }

    deinit { watch.end(id) }

    /// The most that was resident so far, in bytes; of a stretch of a few milliseconds to within what its neighbours took.
    package var peak: Int { watch.record(id, exactly: false).peak }

    /// The most so far, and what was resident over time, whose largest is that.
    package var history: (peak: Int, samples: [MemoryHistory.Sample]) {
        let record = watch.record(id, exactly: true)
        return (record.peak, record.history?.samples ?? [])
    }
}

/// Resident memory over time in a bounded number of samples, none of the peaks lost.
package struct MemoryHistory: Sendable {
    /// Moment on the monotonic clock, and bytes.
    package typealias Sample = (seconds: Double, bytes: Int)

    package private(set) var samples: [Sample] = []
    /// Seconds that a sample stands for; doubles whenever there are too many.
    private var interval = 0.05
    private static let most = 1000

    package init() {}

    package mutating func add(_ bytes: Int, at seconds: Double) {
        if let last = samples.last, seconds - last.seconds < interval {
            samples[samples.count - 1].bytes = max(last.bytes, bytes)
            return
        }
        samples.append((seconds, bytes))
        if samples.count > Self.most {
            samples = stride(from: 0, to: samples.count, by: 2).map { first in
                (samples[first].seconds, samples[first..<min(first + 2, samples.count)].map(\.bytes).max() ?? 0)
            }
            interval *= 2
        }
    }
}
