import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// How often leases are renewed and when they count as abandoned, in seconds.
package struct LeaseTiming: Sendable {
    package var heartbeat = 5.0
    package var expiry = 60.0

    package init(heartbeat: Double = 5, expiry: Double = 60) {
        self.heartbeat = heartbeat
        self.expiry = expiry
    }
}

/// Whether a lease was granted.
package enum LeaseOutcome: Sendable {
    case acquired(StoreLease)
    case held(LeaseHolder)
}

/// The sole right to work on a key, renewed in the background until it is released or dropped.
package final class StoreLease: Sendable {
    let path: String
    let holder: LeaseHolder
    private let keeper: LeaseKeeper

    init(path: String, holder: LeaseHolder, keeper: LeaseKeeper) {
        self.path = path
        self.holder = holder
        self.keeper = keeper
    }

    deinit { release() }

    /// Whether somebody took the lease over, because this process was silent for too long.
    package var isLost: Bool { !keeper.holds(path, holder) }

    /// Gives the lease back; only the first call does anything.
    package func release() {
        keeper.release(path, holder)
    }
}

/// The process behind a lease.
package struct LeaseHolder: Sendable, Equatable {
    package var host: String
    /// Changes when the host restarts.
    package var boot: String
    /// The namespace in which `process` counts; containers on one host have their own.
    package var namespace: String
    package var process: Int
    /// When the process started, in ticks since the host did: numbers of processes are used again.
    package var started: Int
    /// Seconds since 1970 by the file system's clock when the lease was taken.
    package var since: Int
    /// Different for every lease.
    package var nonce: String

    /// This process, with a new nonce.
    package static func current(since: Int) -> LeaseHolder {
        var holder = own
        holder.since = since
        holder.nonce = String(UInt64.random(in: 0 ... .max), radix: 16)
        return holder
    }

    private static let own: LeaseHolder = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        var link = [UInt8](repeating: 0, count: 256)
        let count = link.withUnsafeMutableBytes {
            readlink("/proc/self/ns/pid", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        let boot = (try? FileSystem.readText("/proc/sys/kernel/random/boot_id")) ?? ""
        return LeaseHolder(
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            boot: String(boot.prefix { $0 != "\n" }),
            namespace: String(decoding: link.prefix(max(count, 0)), as: UTF8.self), process: Int(getpid()),
            started: startTime(of: getpid()) ?? 0, since: 0, nonce: "")
    }()

    /// Whether the process is known to have ended; false for processes that cannot be seen from here.
    package var hasEnded: Bool {
        let own = Self.own
        guard host == own.host, boot == own.boot, namespace == own.namespace, let pid = pid_t(exactly: process), pid > 0 else {
            return false
        }
        if kill(pid, 0) != 0 { return errno == ESRCH }
        guard FileSystem.kind(of: "/proc/\(pid)/stat") != nil else { return false }
        return Self.startTime(of: pid) != started
    }

    /// Ticks from the start of the host to that of a process; nil for one that has ended, even if nobody has noticed yet.
    private static func startTime(of pid: pid_t) -> Int? {
        // The second field is the name in parentheses and may hold anything.
        guard let text = try? FileSystem.readText("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return Int(fields[19])
    }

    package var text: String {
        let json: JSONValue = [
            "host": .string(host), "boot": .string(boot), "namespace": .string(namespace), "process": .int(process),
            "started": .int(started), "since": .int(since), "nonce": .string(nonce),
        ]
        return json.text() + "\n"
    }

    /// Reads `text`; nil for anything else.
    init?(bytes: [UInt8]) {
        guard let node = try? JSONNode.parse(String(decoding: bytes, as: UTF8.self), name: "lease"),
            let host = try? node.required("host").string(), let boot = try? node.required("boot").string(),
            let namespace = try? node.required("namespace").string(), let process = try? node.required("process").int(),
            let started = try? node.required("started").int(), let since = try? node.required("since").int(),
            let nonce = try? node.required("nonce").string()
        else { return nil }
        self.init(
            host: host, boot: boot, namespace: namespace, process: process, started: started, since: since, nonce: nonce)
    }

    package init(
        host: String, boot: String, namespace: String, process: Int, started: Int, since: Int, nonce: String
    ) {
        self.host = host
        self.boot = boot
        self.namespace = namespace
        self.process = process
        self.started = started
        self.since = since
        self.nonce = nonce
    }
}
