import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Wall time, CPU time and peak memory of a stretch of the process.
package struct ResourceUsage: Sendable, Equatable {
    package var wallSeconds: Double
    package var cpuSeconds: Double
    /// Largest resident set during the stretch; since the start of the process where the kernel cannot reset its mark.
    package var peakBytes: Int

    package init(wallSeconds: Double, cpuSeconds: Double, peakBytes: Int) {
        self.wallSeconds = wallSeconds
        self.cpuSeconds = cpuSeconds
        self.peakBytes = peakBytes
    }

    /// Starts a stretch; the returned closure ends it.
    package static func measure() -> () -> ResourceUsage {
        resetPeak()
        let wall = monotonicSeconds()
        let cpu = Machine.cpuSeconds
        return {
            ResourceUsage(
                wallSeconds: monotonicSeconds() - wall, cpuSeconds: Machine.cpuSeconds - cpu, peakBytes: Machine.peakMemory)
        }
    }

    /// Makes the kernel's high-water mark of resident memory start anew.
    private static func resetPeak() {
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = Glibc.write(descriptor, "5", 1)
    }
}
