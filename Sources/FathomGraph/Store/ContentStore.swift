import FathomCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Results of work by what determines them: a folder that any number of processes, on any number of hosts, use at once.
///
///     store.json            version of this layout
///     objects/ab/…          bytes, by their SHA-256
///     records/ab/….json     what one chunk of work made, by its key
///     leases/…              who is at work on which key
///     files/ab/…            digests of input files already read
///     temporary/…           unfinished files
///
/// Whatever has its final name is whole. A process killed at any instant leaves at most a temporary and a lease, which
/// others see to.
public final class ContentStore: Sendable {
    /// Version of the layout.
    static let format = 1
    /// Seconds that may pass between a use of a record and the time of use that is noted.
    static let useGranularity = 1800

    public let path: String
    package let disk: StoreDisk
    let leases: LeaseKeeper
    /// Objects that this process wrote or has compared with their digest.
    private let intact = Mutex<Set<Digest>>([])
    /// The lease that tells others since when this process uses the store.
    private let presence = Mutex<StoreLease?>(nil)

    /// Opens the store in the folder `path`, which is created where it does not exist.
    ///
    /// - Throws: `cannotCreate`, `io`, `inputInvalid` for a store of a newer version.
    public convenience init(path: String) throws {
        try self.init(path: path, disk: StoreDisk(temporaries: path.appendingPath("temporary")), timing: LeaseTiming())
    }

    package init(
        path: String, disk: StoreDisk, timing: LeaseTiming, startThread: @escaping SystemThread.Start = SystemThread.start
    ) throws {
        self.path = path
        self.disk = disk
        leases = LeaseKeeper(disk: disk, timing: timing, startThread: startThread)
        do {
            try FileSystem.makeFolder(path)
            for folder in ["objects", "records", "leases", "files", "temporary"] {
                try disk.makeFolder(path.appendingPath(folder))
            }
        } catch let error as FathomError where error.code == .cannotCreate {
            throw FathomError(
                error.code, error.message, remedy: "choose a writable folder with --cache, or none", at: error.location)
        }
        try checkFormat()
    }

    private static let formatName = "store.json"

    /// Whether the folder `path` is a store.
    static func exists(at path: String) -> Bool { FileSystem.kind(of: path.appendingPath(formatName)) == .file }

    private func checkFormat() throws {
        let path = path.appendingPath(Self.formatName)
        let document: JSONValue = ["fathom_store": .int(Self.format)]
        guard let text = try disk.read(path)?.bytes else {
            if try disk.write(document.text() + "\n", as: path, exclusively: true) { return }
            return try checkFormat()
        }
        let node = try JSONNode.parse(String(decoding: text, as: UTF8.self), name: path)
        let format = try node.required("fathom_store").int()
        if format != Self.format {
            throw FathomError(
                .inputInvalid, "is a store of format \(format); this version of Fathom knows format \(Self.format)",
                remedy: "update Fathom or choose another folder with --cache", at: self.path)
        }
    }

    /// Where the store is unless the user says otherwise: `FATHOM_CACHE`, else `fathom` in the user's cache folder
    /// (`XDG_CACHE_HOME`, else `~/.cache`).
    ///
    /// - Throws: `unavailable` when none of these variables nor `HOME` is set.
    public static func standardPath() throws -> String {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let folder = variable("FATHOM_CACHE") { return folder }
        if let caches = variable("XDG_CACHE_HOME") { return caches.appendingPath("fathom") }
        guard let home = variable("HOME") else {
            throw FathomError(
                .unavailable, "there is no folder for the store: HOME is not set",
                remedy: "set FATHOM_CACHE to a folder, or say --cache DIR or --cache none")
        }
        return home.appendingPath(".cache/fathom")
    }

    /// Bytes that may still be written to the store's disk, nil where the file system does not tell.
    public var freeBytes: Int? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        let (bytes, overflow) = Int(info.f_bavail).multipliedReportingOverflow(by: Int(info.f_frsize))
        return overflow ? nil : bytes
    }

    // MARK: Objects

    func path(of digest: Digest) -> String { path(in: "objects", digest) }

    /// Where the digests of the files of a folder are, by the digest of the folder's path.
    func path(ofIndex folder: Digest) -> String { path(in: "files", folder) }

    /// Where it is kept what runs wrote to an output folder, by the digest of the folder's path.
    func path(ofOutputs folder: Digest) -> String { path(in: "outputs", folder) }

    private func path(in folder: String, _ digest: Digest) -> String {
        let name = "\(digest)"
        return "\(path)/\(folder)/\(name.prefix(2))/\(name.dropFirst(2))"
    }

    /// Stores bytes under their digest. Nothing is written where they are already; what stands there damaged is replaced.
    ///
    /// - Parameter parts: the bytes, one part after the other; none is copied.
    /// - Throws: `io` for a full or failing disk, `interrupted` between tries.
    package func put(_ parts: [UnsafeRawBufferPointer]) throws -> ObjectReference {
        var hash = SHA256()
        for part in parts { hash.update(part) }
        let reference = ObjectReference(digest: hash.digest, bytes: parts.reduce(0) { $0 + $1.count })
        try announce()
        let path = path(of: reference.digest)
        // Its age keeps an object from being removed before the record that needs it is there.
        if try disk.stamp(of: path)?.bytes == reference.bytes, try isKnownIntact(reference), disk.touch(path) { return reference }
        _ = try disk.write(parts, as: path)
        _ = intact.withLock { $0.insert(reference.digest) }
        return reference
    }

    package func put(_ bytes: [UInt8]) throws -> ObjectReference {
        try bytes.withUnsafeBytes { try put([$0]) }
    }

    package func put(_ buffer: Buffer<UInt8>) throws -> ObjectReference {
        try buffer.withPointer { try put([UnsafeRawBufferPointer(start: $0, count: buffer.count)]) }
    }

    /// The bytes of an object.
    ///
    /// - Throws: `temporary` when it is not there (any more), `io`.
    package func object(_ reference: ObjectReference) throws -> Buffer<UInt8> {
        guard let bytes = try intactObject(reference) else { throw missing(reference) }
        return bytes
    }

    /// The bytes of an object, compared with its digest the first time.
    ///
    /// - Returns: nil when it is not there (any more). One that is damaged counts as such and is removed, so that its bytes can be
    ///   stored again.
    /// - Throws: `io`.
    package func intactObject(_ reference: ObjectReference) throws -> Buffer<UInt8>? {
        let path = path(of: reference.digest)
        var bytes = Buffer<UInt8>(uninitialized: reference.bytes)
        let isWhole = try bytes.withMutablePointer {
            try disk.read(path, at: 0, into: UnsafeMutableRawBufferPointer(start: $0, count: reference.bytes))
        }
        guard isWhole else { return nil }
        if intact.withLock({ $0.contains(reference.digest) }) { return bytes }
        var hash = SHA256()
        bytes.withBytes { hash.update($0) }
        guard hash.digest == reference.digest else {
            try disk.remove(path)
            return nil
        }
        _ = intact.withLock { $0.insert(reference.digest) }
        return bytes
    }

    /// Whether an object's bytes are those of its name; compared the first time only. One that is damaged is removed.
    private func isKnownIntact(_ reference: ObjectReference) throws -> Bool {
        if intact.withLock({ $0.contains(reference.digest) }) { return true }
        guard try isIntact(reference) else { return false }
        _ = intact.withLock { $0.insert(reference.digest) }
        return true
    }

    /// Fills `target` with the bytes of an object from `offset`.
    ///
    /// - Throws: `temporary` when it is not there (any more) or ends before, `io`.
    package func read(_ reference: ObjectReference, at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
        guard try disk.read(path(of: reference.digest), at: offset, into: target) else { throw missing(reference) }
    }

    private func missing(_ reference: ObjectReference) -> FathomError {
        FathomError(
            .temporary, "is missing from the store", remedy: "run again; it will be computed again",
            at: path(of: reference.digest))
    }

    // MARK: Records

    func path(ofRecord key: Digest) -> String { path(in: "records", key) + ".json" }

    /// The record of the work that `key` stands for, noted as used.
    ///
    /// - Returns: nil where there is none, it is damaged, or an object of it is missing or of the wrong size.
    /// - Throws: `io`.
    package func record(for key: Digest) throws -> StoreRecord? {
        try announce()
        let path = path(ofRecord: key)
        guard let (bytes, stamp) = try disk.read(path), let record = StoreRecord(bytes: bytes), record.key == key else {
            return nil
        }
        // First, so that whoever removes what is unused either sees this use or has taken the record away.
        guard noteUse(of: path, stamp) else { return nil }
        for object in record.objects where try disk.stamp(of: self.path(of: object.digest))?.bytes != object.bytes {
            return nil
        }
        return record
    }

    /// Keeps the time of use of a file, which is that of its last change, exact to half an hour; false where it is gone.
    func noteUse(of path: String, _ stamp: StoreDisk.Stamp) -> Bool {
        abs(time(nil) - stamp.modified / 1_000_000_000) <= Self.useGranularity || disk.touch(path)
    }

    /// Makes a record visible whose objects are all stored.
    ///
    /// It does not wait for the disk: a record that a loss of power tears or drops is a miss, and its objects are durable
    /// before it exists.
    ///
    /// - Returns: whether this call did; false when somebody else was first.
    /// - Throws: `io` for a full or failing disk, `interrupted` between tries.
    package func commit(_ record: StoreRecord) throws -> Bool {
        let path = path(ofRecord: record.key)
        while true {
            if try disk.write(record.text, as: path, exclusively: true, isDurable: false) { return true }
            if try self.record(for: record.key) != nil { return false }
            // What is there is damaged. Of several that see it one removes it, and only that.
            try StoreLock.hold(self.path.appendingPath("leases/.lock")) {
                if try self.record(for: record.key) == nil { try disk.remove(path) }
            }
        }
    }

    // MARK: Leases

    func path(ofLease key: Digest) -> String { path.appendingPath("leases/\(key)") }

    /// Asks for the sole right to work on `key`. It is a courtesy that saves work: results do not depend on it.
    ///
    /// - Throws: `io`.
    package func lease(_ key: Digest) throws -> LeaseOutcome {
        try leases.acquire(path(ofLease: key))
    }

    /// Tells others once, for as long as the store is open, that what is used from now on is still needed.
    private func announce() throws {
        try presence.withLock { presence in
            if presence != nil { return }
            let name = Digest(of: "presence \(getpid()) \(UInt64.random(in: 0 ... .max))")
            if case .acquired(let lease) = try lease(name) { presence = lease }
        }
    }
}
