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
    private let memory = MemoryWatch.shared.begin(keepsHistory: true)

    /// Seconds since 1970.
    package static var now: Int { time(nil) }

    /// Since the run began.
    var seconds: Double { monotonicSeconds() - start }

    /// What the run has taken so far, and resident memory over it, in seconds since it began. The largest sample is the peak, and
    /// both are the kernel's mark for the process.
    var reading: (usage: ResourceUsage, memory: [MemoryHistory.Sample]) {
        let (peak, samples) = memory.history
        return (
            ResourceUsage(wallSeconds: seconds, cpuSeconds: Machine.cpuSeconds - cpu, peakBytes: peak),
            samples.map { (max(0, $0.seconds - start), $0.bytes) }
        )
    }
}
