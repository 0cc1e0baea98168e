import FathomCore
import FathomGraph
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

struct FileDigestsTests {
    private let test: TestStore
    private let inputs: TemporaryFolder

    init() throws {
        test = try TestStore()
        inputs = try TemporaryFolder()
    }

    /// The one index of the store.
    private func indexPath() throws -> String? {
        let files = test.folder.file("files")
        guard let start = try FileSystem.list(files).first, let rest = try FileSystem.list("\(files)/\(start)").first else {
            return nil
        }
        return "\(files)/\(start)/\(rest)"
    }

    /// Digests with an index that remembers files at once, after a pause longer than a tick of the clock of files.
    private func digests(_ paths: [String]) throws -> [Digest] {
        usleep(30_000)
        return try FileDigests(store: test.store, quietSeconds: 0).digests(of: paths)
    }

    @Test func anUnchangedFileIsNotReadAgain() throws {
        let paths = try (0..<40).map { try inputs.write("content \($0 % 30)", as: "\($0) ä\n.txt") }
        let plain = try FileDigests(store: nil).digests(of: paths)
        #expect(plain == (0..<40).map { Digest(of: "content \($0 % 30)") })
        #expect(try digests(paths) == plain)
        // What the index says is believed, for exactly these files.
        let path = try #require(try indexPath())
        var index = FileIndex(bytes: try FileSystem.read(path))
        #expect(index.entries.count == 40)
        let name = paths[3].lastPathComponent
        index.entries[name]?.digest = Digest(of: "believed")
        try AtomicFile.write(index.bytes, to: path)
        var expected = plain
        expected[3] = Digest(of: "believed")
        #expect(try digests(paths.reversed()) == expected.reversed())

        // Touched, it is read again, and the others are not.
        utimensat(AT_FDCWD, paths[3], nil, 0)
        index.entries[paths[4].lastPathComponent]?.digest = Digest(of: "believed")
        try AtomicFile.write(index.bytes, to: path)
        expected = plain
        expected[4] = Digest(of: "believed")
        #expect(try digests(paths) == expected)
        // Files that are gone are forgotten with the next change; a damaged index is no index.
        unlink(paths[0])
        try inputs.write("new", as: "new")
        #expect(try digests([inputs.file("new")]) == [Digest(of: "new")])
        #expect(FileIndex(bytes: try FileSystem.read(path)).entries.count == 40)
        try TestStore.overwrite(path, at: 100, with: [255, 255])
        #expect(try digests(Array(paths[1...])) == Array(plain[1...]))
    }

    @Test func aChangeIsSeenThoughSizeAndTimeAreTheSame() throws {
        let path = try inputs.write("one", as: "a")
        var before = stat()
        try #require(stat(path, &before) == 0)
        #expect(try digests([path]) == [Digest(of: "one")])
        try TestStore.overwrite(path, at: 0, with: Array("two".utf8))
        var times = [before.st_mtim, before.st_mtim]
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
        #expect(try digests([path]) == [Digest(of: "two")])
    }

    @Test func aFileThatJustChangedIsNotRemembered() throws {
        let path = try inputs.write("one", as: "a")
        // An old time of change does not help: it may have been set.
        try TestStore.age(path, by: 1000)
        #expect(try FileDigests(store: test.store).digests(of: [path]) == [Digest(of: "one")])
        #expect(try indexPath() == nil)
    }

    @Test func whatCannotBeReadSaysSo() throws {
        for store in [test.store, nil] {
            let digests = FileDigests(store: store)
            let missing = #expect(throws: FathomError.self) { try digests.digests(of: [inputs.file("none")]) }
            #expect(missing?.code == .inputMissing)
            let folder = #expect(throws: FathomError.self) { try digests.digests(of: [inputs.path]) }
            #expect(folder?.code == .inputInvalid)
            let device = #expect(throws: FathomError.self) { try digests.digests(of: ["/dev/null"]) }
            #expect(device?.message == "is not a file")
        }
    }
}
