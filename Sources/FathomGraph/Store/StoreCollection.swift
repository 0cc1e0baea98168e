import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// What `gc` removed and what is left.
public struct StoreCollection: Sendable, Equatable {
    public var removedRecords = 0
    public var removedObjects = 0
    public var removedBytes = 0
    /// Bytes of the objects that stay.
    public var keptBytes = 0
}

extension ContentStore {
    /// Removes records, the longest unused first, then the objects that no record needs, and what dead processes left.
    ///
    /// What was made or used in the last hour, or since the longest of the running processes began to use the store,
    /// stays whatever the limits say.
    ///
    /// - Parameters:
    ///   - maximumBytes: remove until the objects take at most this much; nil for no limit.
    ///   - maximumAge: remove what has not been used for this many seconds; nil for no limit.
    /// - Throws: `io`, `interrupted`.
    public func collectGarbage(maximumBytes: Int? = nil, maximumAge: Int? = nil) throws -> StoreCollection {
        let (now, usedSince) = try removeLeftovers()
        let safe = min(now - Self.graceTime, usedSince - Self.useGranularity)
        var collection = StoreCollection()

        var users: [Digest: Int] = [:]
        var excess = 0
        let entries = try entries()
        for object in entries.flatMap({ Set($0.objects) }) {
            if users.updateValue((users[object.digest] ?? 0) + 1, forKey: object.digest) == nil { excess += object.bytes }
        }
        excess -= maximumBytes ?? excess
        for entry in entries.reversed() {
            try Interrupt.check()
            let isOld = maximumAge.map { entry.lastUse < now - $0 } ?? false
            guard entry.lastUse < safe, isOld || excess > 0, discard(path(ofRecord: entry.key), entry.stamp) else { continue }
            collection.removedRecords += 1
            for object in Set(entry.objects) {
                users[object.digest, default: 1] -= 1
                if users[object.digest] == 0 { excess -= object.bytes }
            }
        }
        for object in try digests(in: "objects") {
            try Interrupt.check()
            guard let stamp = try disk.stamp(of: path(of: object)) else { continue }
            if users[object, default: 0] == 0, stamp.modified / 1_000_000_000 < safe, discard(path(of: object), stamp) {
                collection.removedObjects += 1
                collection.removedBytes += stamp.bytes
            } else {
                collection.keptBytes += stamp.bytes
            }
        }
        if let maximumAge {
            for folder in try digests(in: "files") {
                let index = path(ofIndex: folder)
                if let stamp = try disk.stamp(of: index), stamp.modified / 1_000_000_000 < now - maximumAge {
                    try disk.remove(index)
                }
            }
        }
        return collection
    }

    /// Removes a file unless it has been used since `stamp`.
    ///
    /// It is taken away first and looked at then: whoever used it before is seen, whoever comes later finds nothing.
    private func discard(_ path: String, _ stamp: StoreDisk.Stamp) -> Bool {
        guard let condemned = disk.takeAway(path) else { return false }
        defer { unlink(condemned) }
        if (try? disk.stamp(of: condemned)) == stamp { return true }
        link(condemned, path)
        return false
    }
}
