import FathomCore

/// A record of the store as `fathom cache` shows it.
public struct StoreEntry: Sendable {
    public let key: Digest
    /// `mvs@1.0.0`.
    public let stage: String
    /// Bytes of its objects; several records may share an object.
    public let bytes: Int
    /// Seconds since 1970.
    public let created: Int
    /// Seconds since 1970, exact to half an hour.
    public let lastUse: Int
    let objects: [ObjectReference]
    let stamp: StoreDisk.Stamp
}

/// What `verify` found.
public struct StoreVerification: Sendable, Equatable {
    public var objects: Int
    public var records: Int
    /// Bytes of all objects.
    public var bytes: Int
    /// Objects whose bytes are not those of their name.
    public var damagedObjects: Int
    /// Records that are not whole, or of which an object is damaged or missing.
    public var damagedRecords: Int

    public init(objects: Int = 0, records: Int = 0, bytes: Int = 0, damagedObjects: Int = 0, damagedRecords: Int = 0) {
        self.objects = objects
        self.records = records
        self.bytes = bytes
        self.damagedObjects = damagedObjects
        self.damagedRecords = damagedRecords
    }
}

extension ContentStore {
    /// Seconds after which an unfinished file belongs to a process that has ended, and an unused object to no one.
    static let graceTime = 3600

    /// Every whole record, the one used last first.
    ///
    /// - Throws: `io`, `interrupted`.
    public func entries() throws -> [StoreEntry] {
        let keys = try digests(in: "records", suffix: ".json")
        let entries = try keys.parallelMap { key -> StoreEntry? in
            guard let (record, stamp) = try self.readRecord(key) else { return nil }
            return StoreEntry(
                key: key, stage: record.stage, bytes: record.objects.reduce(0) { $0 + $1.bytes }, created: record.created,
                lastUse: stamp.modified / 1_000_000_000, objects: record.objects, stamp: stamp)
        }
        return entries.compactMap { $0 }.sorted { ($0.stamp.modified, "\($0.key)") > ($1.stamp.modified, "\($1.key)") }
    }

    /// Reads every object again and compares its digest with its name; looks for the objects of every record.
    ///
    /// - Parameter removesDamaged: remove what is damaged, so that it is made anew.
    /// - Throws: `io`, `interrupted`.
    public func verify(removesDamaged: Bool = true) throws -> StoreVerification {
        try removeLeftovers()
        var found = StoreVerification()
        let objects = try digests(in: "objects")
        let states = try objects.parallelMap { try self.check($0) }
        var damaged: Set<Digest> = []
        for (object, state) in zip(objects, states) {
            guard let state else { continue }
            found.objects += 1
            found.bytes += state.bytes
            if !state.isIntact { damaged.insert(object) }
        }
        found.damagedObjects = damaged.count

        let records = try digests(in: "records", suffix: ".json")
        let intact = try records.parallelMap { [damaged] key -> Bool? in
            guard try self.disk.stamp(of: self.path(ofRecord: key)) != nil else { return nil }
            guard let (record, _) = try self.readRecord(key) else { return false }
            return try record.objects.allSatisfy { object in
                try !damaged.contains(object.digest)
                    && self.disk.stamp(of: self.path(of: object.digest))?.bytes == object.bytes
            }
        }
        found.records = intact.count { $0 != nil }
        found.damagedRecords = intact.count { $0 == false }
        if removesDamaged {
            for (key, isIntact) in zip(records, intact) where isIntact == false { try disk.remove(path(ofRecord: key)) }
            for object in damaged { try disk.remove(path(of: object)) }
        }
        return found
    }

    /// Whether an object is there and its bytes are those of its name; one that is damaged is removed.
    ///
    /// - Throws: `io`, `interrupted`.
    func isIntact(_ reference: ObjectReference) throws -> Bool {
        guard let state = try check(reference.digest) else { return false }
        if !state.isIntact { try disk.remove(path(of: reference.digest)) }
        return state.isIntact && state.bytes == reference.bytes
    }

    /// Bytes of an object and whether they can be read and are those of its name; nil where it is gone.
    private func check(_ digest: Digest) throws -> (bytes: Int, isIntact: Bool)? {
        let path = path(of: digest)
        guard let size = try disk.stamp(of: path)?.bytes else { return nil }
        var hash = SHA256()
        var piece = Buffer<UInt8>(uninitialized: min(1 << 20, size))
        let capacity = piece.count
        let isWhole = try piece.withMutablePointer { pointer in
            for offset in stride(from: 0, to: size, by: max(capacity, 1)) {
                try Interrupt.check()
                let bytes = UnsafeMutableRawBufferPointer(start: pointer, count: min(capacity, size - offset))
                do {
                    guard try disk.read(path, at: offset, into: bytes) else { return false }
                } catch let error as FathomError where error.code == .io {
                    return false
                }
                hash.update(UnsafeRawBufferPointer(bytes))
            }
            return true
        }
        return (size, isWhole && hash.digest == digest)
    }

    private func readRecord(_ key: Digest) throws -> (StoreRecord, StoreDisk.Stamp)? {
        guard let (bytes, stamp) = try disk.read(path(ofRecord: key)), let record = StoreRecord(bytes: bytes), record.key == key
        else { return nil }
        return (record, stamp)
    }

    /// The digests that name the files of a folder of folders; other names are not the store's.
    func digests(in folder: String, suffix: String = "") throws -> [Digest] {
        let folder = path.appendingPath(folder)
        return try FileSystem.list(folder).filter { $0.utf8.count == 2 }.flatMap { start in
            try FileSystem.list(folder.appendingPath(start)).filter { $0.hasSuffix(suffix) }
                .compactMap { Digest(hexadecimal: start + $0.dropLast(suffix.utf8.count)) }
        }
    }

    /// Removes unfinished files and leases of processes that have ended.
    ///
    /// - Returns: now, and since when the longest of the running processes uses the store, in seconds by the file
    ///   system's clock.
    @discardableResult
    func removeLeftovers() throws -> (now: Int, usedSince: Int) {
        let now = try disk.now() / 1_000_000_000
        for name in try FileSystem.list(disk.temporaries) {
            let temporary = disk.temporaries.appendingPath(name)
            if let stamp = try disk.stamp(of: temporary), stamp.modified / 1_000_000_000 < now - Self.graceTime {
                try disk.remove(temporary)
            }
        }
        var usedSince = now
        for name in try FileSystem.list(path.appendingPath("leases")) {
            guard let key = Digest(hexadecimal: name) else { continue }
            if let holder = try leases.holderIfLive(path(ofLease: key)) {
                usedSince = min(usedSince, holder.since)
            } else {
                try leases.removeIfAbandoned(path(ofLease: key))
            }
        }
        return (now, usedSince)
    }
}
