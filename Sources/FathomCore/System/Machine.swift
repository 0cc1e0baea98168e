import CSystem
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Facts about the machine and this process, for `run.json`, `doctor` and memory budgets.
public enum Machine {
    /// CPUs this process may use: affinity and the control group's quota count.
    public static let cores: Int = {
        var count = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if let mask = line("Cpus_allowed:", in: "/proc/self/status") {
            count = min(count, mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount })
        }
        let quota = words("/sys/fs/cgroup/cpu.max").compactMap(Double.init)
        if quota.count == 2, quota[1] > 0 { count = min(count, Int((quota[0] / quota[1]).rounded(.up))) }
        return max(1, count)
    }()

    /// Name of the CPU as the system gives it.
    public static let processor: String = {
        let value = line("model name", in: "/proc/cpuinfo")?.drop { ": \t".contains($0) }
        return value.map(String.init) ?? "unknown"
    }()

    /// Absolute path of the program that runs; nil where the system does not tell.
    public static let program: String? = {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }()

    /// Bytes of memory this process can have at most: the machine's, or the control group's limit.
    public static let memory: Int = {
        let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        guard let limit = words("/sys/fs/cgroup/memory.max").first.flatMap({ Int($0) }) else { return physical }
        return min(physical, limit)
    }()

    /// Bytes of memory that can be had now without swapping.
    public static var availableMemory: Int {
        let kibibytes = line("MemAvailable:", in: "/proc/meminfo")?.split(separator: " ").first.flatMap { Int($0) }
        let available = kibibytes.map { $0 * 1024 } ?? memory
        guard let used = words("/sys/fs/cgroup/memory.current").first.flatMap({ Int($0) }) else { return available }
        let cache = line("inactive_file", in: "/sys/fs/cgroup/memory.stat").flatMap { Int($0) } ?? 0
        return max(0, min(available, memory - used + cache))
    }

    /// Mean number of runnable processes over the last minute.
    public static var load: Double {
        var loads = [0.0]
        return getloadavg(&loads, 1) == 1 ? loads[0] : 0
    }

    /// The most memory this process has held at once, in bytes: the kernel's mark, which is never reset.
    public static var peakMemory: Int { processMemory().peak }

    private static let highestPeak = Atomic<Int>(0)

    /// Bytes of memory that the process holds now, and most that it ever held.
    ///
    /// The kernel gathers its mark from counts per processor, so that it may fall by some pages from one look to the next; this one
    /// does not.
    package static func processMemory() -> (resident: Int, peak: Int) {
        let memory = fathom_process_memory()
        let peak = highestPeak.max(Int(memory.peak), ordering: .relaxed).newValue
        return (Int(memory.resident), peak)
    }

    /// Seconds of CPU time of all threads of this process so far.
    public static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The facts that do not change while the process runs, and the present load.
    public static var json: JSONObject {
        [
            "processor": .string(processor), "cores": .int(cores), "memory_bytes": .int(memory),
            "available_memory_bytes": .int(availableMemory), "load": .double(load),
        ]
    }

    /// Refuses sizes that can only be a mistake or an attack, before they are allocated.
    ///
    /// - Throws: `inputInvalid` when `bytes` exceed the memory of the machine.
    public static func requireMemory(_ bytes: Int, for name: String) throws {
        if bytes > memory {
            throw FathomError(
                .inputInvalid, "needs \(MemorySize(bytes: bytes)) of memory; \(MemorySize(bytes: memory)) exist", at: name)
        }
    }

    /// The rest of the first line of a system file that starts with `prefix`.
    private static func line(_ prefix: String, in path: String) -> Substring? {
        text(path).split(separator: "\n").first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count).drop { " \t".contains($0) }
    }

    private static func text(_ path: String) -> String {
        (try? FileSystem.readText(path)) ?? ""
    }

    private static func words(_ path: String) -> [Substring] {
        text(path).split { $0 == " " || $0 == "\n" }
    }
}
