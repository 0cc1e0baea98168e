import FathomCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The leases of this process in one store, and the thread that renews them.
final class LeaseKeeper: Sendable {
    private struct State {
        /// Holders by path of the lease.
        var held: [String: LeaseHolder] = [:]
        var isBeating = false
        /// Seconds by which the file system's clock is ahead of this host's.
        var clockOffset: Int?
    }

    private let disk: StoreDisk
    private let timing: LeaseTiming
    private let startThread: SystemThread.Start
    private let state = Mutex(State())

    /// - Parameter startThread: makes the thread that renews.
    init(disk: StoreDisk, timing: LeaseTiming, startThread: @escaping SystemThread.Start = SystemThread.start) {
        self.disk = disk
        self.timing = timing
        self.startThread = startThread
    }

    /// Takes the lease in the file `path` if it is free or abandoned.
    ///
    /// - Throws: `temporary` when there is no thread to renew it, `io`.
    func acquire(_ path: String) throws -> LeaseOutcome {
        let holder = LeaseHolder.current(since: try fileSystemTime())
        while true {
            if try disk.write(holder.text, as: path, exclusively: true, isDurable: false) {
                return .acquired(try keep(path, holder))
            }
            guard let other = try holderIfLive(path) else {
                if try replace(path, by: holder) { return .acquired(try keep(path, holder)) }
                continue
            }
            return .held(other)
        }
    }

    /// Seconds since 1970 by the file system's clock, which is asked once.
    private func fileSystemTime() throws -> Int {
        let local = time(nil)
        if let offset = state.withLock({ $0.clockOffset }) { return local + offset }
        let offset = try disk.now() / 1_000_000_000 - local
        state.withLock { $0.clockOffset = offset }
        return local + offset
    }

    /// Who holds the lease in the file `path`; nil where there is none or it is abandoned.
    func holderIfLive(_ path: String) throws -> LeaseHolder? {
        guard let (bytes, stamp) = try disk.read(path) else { return nil }
        let isFresh = try disk.now() - stamp.modified < Int(timing.expiry * 1e9)
        guard let holder = LeaseHolder(bytes: bytes) else { return nil }
        return isFresh && !holder.hasEnded ? holder : nil
    }

    /// Puts `holder` in the place of an abandoned lease; false when somebody else has, or it is not abandoned any more.
    private func replace(_ path: String, by holder: LeaseHolder) throws -> Bool {
        try StoreLock.hold(lockPath(path)) {
            guard try disk.stamp(of: path) != nil, try holderIfLive(path) == nil else { return false }
            return try disk.write(holder.text, as: path, isDurable: false)
        }
    }

    /// Removes the lease in the file `path` if it is abandoned.
    func removeIfAbandoned(_ path: String) throws {
        try StoreLock.hold(lockPath(path)) {
            if try holderIfLive(path) == nil { try disk.remove(path) }
        }
    }

    // MARK: Renewal

    private func keep(_ path: String, _ holder: LeaseHolder) throws -> StoreLease {
        do {
            try state.withLock { (state) throws(FathomError) in
                if !state.isBeating { try startThread { self.beat() }.detach() }
                state.isBeating = true
                state.held[path] = holder
            }
        } catch {
            // A lease that nobody renews would be taken for abandoned.
            removeOwn(path, holder)
            throw FathomError(error.code, "no thread can renew the lease: \(error.message)", remedy: error.remedy, at: path)
        }
        return StoreLease(path: path, holder: holder, keeper: self)
    }

    func holds(_ path: String, _ holder: LeaseHolder) -> Bool {
        state.withLock { $0.held[path] == holder }
    }

    func release(_ path: String, _ holder: LeaseHolder) {
        let wasHeld = state.withLock { state in
            guard state.held[path] == holder else { return false }
            state.held[path] = nil
            return true
        }
        if wasHeld { removeOwn(path, holder) }
    }

    /// Removes the lease in the file `path` if it is still `holder`'s. One that cannot be removed expires.
    private func removeOwn(_ path: String, _ holder: LeaseHolder) {
        try? StoreLock.hold(lockPath(path)) {
            if try isOwn(path, holder) { try disk.remove(path) }
        }
    }

    private func isOwn(_ path: String, _ holder: LeaseHolder) throws -> Bool {
        try disk.read(path).flatMap { LeaseHolder(bytes: $0.bytes) } == holder
    }

    /// The lock under which leases in the folder of `path` change hands.
    private func lockPath(_ path: String) -> String { "\(path.dropLast(path.lastPathComponent.count)).lock" }

    /// Renews all leases again and again until there is none.
    private func beat() {
        while true {
            usleep(UInt32(timing.heartbeat * 1e6))
            let held = state.withLock { state in
                state.isBeating = !state.held.isEmpty
                return state.held
            }
            if held.isEmpty { return }
            for (path, holder) in held {
                // What cannot be read now is tried again at the next beat.
                guard let isOwn = try? isOwn(path, holder) else { continue }
                if isOwn {
                    disk.touch(path)
                } else {
                    state.withLock { if $0.held[path] == holder { $0.held[path] = nil } }
                }
            }
        }
    }
}
