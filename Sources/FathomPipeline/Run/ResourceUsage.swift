import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Wall time, CPU time and peak memory of a stretch of the process.
public struct ResourceUsage: Sendable {
    var wallSeconds: Double
    var cpuSeconds: Double
    /// Largest resident set during the stretch; since the start of the process where the kernel cannot reset its mark.
    var peakBytes: Int

    /// Starts a stretch; the returned closure ends it.
    static func measure() -> () -> ResourceUsage {
        resetPeak()
        let wall = ContinuousClock.now
        let cpu = processSeconds()
        return {
            ResourceUsage(
                wallSeconds: (ContinuousClock.now - wall) / .seconds(1), cpuSeconds: processSeconds() - cpu, peakBytes: peakBytes())
        }
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Makes the kernel's high-water mark of resident memory start anew.
    private static func resetPeak() {
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = Glibc.write(descriptor, "5", 1)
    }

    /// Largest resident set since the last stretch began.
    public static func peakBytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
