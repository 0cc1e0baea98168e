import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Time and memory of a run since it began.
package final class RunClock {
    /// Seconds since 1970.
    let began = time(nil)
    private let start = monotonicSeconds()
    private let cpu = Machine.cpuSeconds
    private(set) var memory: [(seconds: Double, bytes: Int)] = []
    private var peakBytes = 0
    /// Seconds between two samples of memory; doubles whenever there are too many.
    private var interval = 0.05
    private static let mostSamples = 1000

    /// Seconds since 1970.
    package static var now: Int { time(nil) }

    /// Since the run began.
    var seconds: Double { monotonicSeconds() - start }

    /// Notes the memory in use, unless that was done a moment ago.
    func sample() {
        let now = seconds
        if let last = memory.last, now - last.seconds < interval { return }
        memory.append((now, Machine.residentMemory))
        if memory.count > Self.mostSamples {
            memory = stride(from: 0, to: memory.count, by: 2).map { memory[$0] }
            interval *= 2
        }
    }

    /// Notes the peak of a stretch of the run.
    func notePeak(_ bytes: Int) { peakBytes = max(peakBytes, bytes) }

    /// Of the whole run.
    var usage: ResourceUsage {
        ResourceUsage(
            wallSeconds: seconds, cpuSeconds: Machine.cpuSeconds - cpu, peakBytes: max(peakBytes, Machine.peakMemory))
    }
}
