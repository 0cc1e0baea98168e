import FathomCore

/// Wall time, CPU time and peak memory of a stretch of the process.
package struct ResourceUsage: Sendable, Equatable {
    package var wallSeconds: Double
    package var cpuSeconds: Double
    /// Largest resident set during the stretch (`MemoryWatch`).
    package var peakBytes: Int

    package init(wallSeconds: Double, cpuSeconds: Double, peakBytes: Int) {
        self.wallSeconds = wallSeconds
        self.cpuSeconds = cpuSeconds
        self.peakBytes = peakBytes
    }

    /// Starts a stretch; the returned closure ends it.
    package static func measure() -> () -> ResourceUsage {
        let wall = monotonicSeconds()
        let cpu = Machine.cpuSeconds
        let memory = MemoryWatch.shared.begin()
        return {
            ResourceUsage(
                wallSeconds: monotonicSeconds() - wall, cpuSeconds: Machine.cpuSeconds - cpu, peakBytes: memory.peak)
        }
    }
}
