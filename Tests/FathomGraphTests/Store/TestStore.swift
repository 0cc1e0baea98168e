import FathomCore
import FathomGraph
import FathomTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A store in a folder of its own, and shortcuts to what is in it.
struct TestStore {
    let folder: TemporaryFolder
    let store: ContentStore

    init(timing: LeaseTiming = LeaseTiming()) throws {
        folder = try TemporaryFolder()
        store = try ContentStore.open(folder.path, timing: timing)
    }

    var path: String { folder.path }

    /// Names of unfinished files.
    func temporaries() throws -> [String] { try FileSystem.list(folder.file("temporary")) }

    func path(ofObject reference: ObjectReference) -> String { path(in: "objects", reference.digest, "") }
    func path(ofRecord key: Digest) -> String { path(in: "records", key, ".json") }
    func path(ofLease key: Digest) -> String { folder.file("leases/\(key)") }

    private func path(in kind: String, _ digest: Digest, _ suffix: String) -> String {
        let name = "\(digest)"
        return folder.file("\(kind)/\(name.prefix(2))/\(name.dropFirst(2))\(suffix)")
    }

    /// Stores `contents` as the parts of the one output of a new record, and commits it.
    func commit(_ name: String, _ contents: [[UInt8]]) throws -> StoreRecord {
        let record = StoreRecord(name, parts: try contents.map { try store.put($0) })
        #expect(try store.commit(record))
        return record
    }

    /// Makes a file look as if it had last been used `seconds` ago.
    static func age(_ path: String, by seconds: Int) throws {
        var times = [timespec(tv_sec: time(nil) - seconds, tv_nsec: 0), timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
    }

    /// Writes a file without waiting for the disk, and its folder.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count + 1)))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    /// Overwrites bytes of a file in place.
    static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }
}

extension ContentStore {
    static func open(
        _ path: String, timing: LeaseTiming = LeaseTiming(),
        startThread: @escaping SystemThread.Start = SystemThread.start,
        fault: @escaping @Sendable (StoreDisk.Call, String) -> Int32 = { _, _ in 0 }
    ) throws -> ContentStore {
        var disk = StoreDisk(temporaries: path.appendingPath("temporary"))
        disk.pauses = [0, 0, 0, 0]
        disk.fault = fault
        return try ContentStore(path: path, disk: disk, timing: timing, startThread: startThread)
    }
}

extension StoreRecord {
    init(_ name: String, parts: [ObjectReference?] = []) {
        self.init(
            key: Digest(of: name), stage: "test@1.0.0", outputs: [Output(port: "out", parts: parts)], summary: Summary(),
            usage: ResourceUsage(wallSeconds: 1, cpuSeconds: 2, peakBytes: 3), created: 1_700_000_000)
    }
}

/// Calls `body` on `count` threads at about the same time.
func onThreads(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
    let waiting = Atomic(count)
    try ThreadPool(threads: count).parallelFor(count) { index in
        waiting.subtract(1, ordering: .relaxed)
        while waiting.load(ordering: .relaxed) > 0 { sched_yield() }
        try body(index)
    }
}

/// Waits until `condition` holds; a failure after half a minute.
func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    let start = monotonicSeconds()
    while try !condition() {
        try #require(monotonicSeconds() - start < 30, "\(what) did not happen")
        usleep(2000)
    }
}
