import FathomCore
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct FileTests {
    @Test func onlyCommitMakesAFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("depth.npy")
        try AtomicFile.write("old", to: path)
        var file: AtomicFile? = try AtomicFile(path: path)
        try file?.write("new content")
        #expect(try FileSystem.readText(path) == "old")
        try file?.overwrite(Array("NEW".utf8), at: 0)
        try file?.commit()
        #expect(try FileSystem.readText(path) == "NEW content")

        file = try AtomicFile(path: folder.file("never"))
        try file?.write([1, 2, 3])
        file = nil
        #expect(try FileSystem.list(folder.path) == ["depth.npy"])
    }

    @Test func aKilledWriterLeavesTheOldFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.bin")
        try AtomicFile.write("old", to: path)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let file = try AtomicFile(path: path)
            try file.write(String(repeating: "new", count: 100_000))
            kill(getpid(), SIGKILL)
        }
        #expect(try FileSystem.readText(path) == "old")
    }

    @Test func whatCannotBeCreatedSaysSo() throws {
        let folder = try TemporaryFolder()
        for path in [folder.file("missing/a"), folder.path, "/proc/fathom/a"] {
            let error = #expect(throws: FathomError.self) { try AtomicFile(path: path) }
            #expect(error?.code == .cannotCreate)
        }
        try AtomicFile.write("x", to: folder.file("file"))
        let error = #expect(throws: FathomError.self) { try FileSystem.makeFolder(folder.file("file/inner")) }
        #expect(error?.code == .cannotCreate)
        let system = #expect(throws: FathomError.self) { try FileSystem.makeFolder("/proc/fathom/out") }
        #expect(system?.code == .cannotCreate && system?.location == "/proc/fathom")
        errno = EACCES
        let denied = FileSystem.uncreatable("a")
        #expect(denied.code == .cannotCreate && denied.message == "cannot be created: Permission denied")
        errno = ENOSPC
        let full = FileSystem.uncreatable("a")
        #expect(full.code == .io && full.remedy == "free some space and run again")
        errno = EFBIG
        let large = FileSystem.unwritable("a")
        #expect(large.code == .io && large.remedy?.contains("ulimit -f") == true)
    }

    @Test func inputsFailWithTheRightClass() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2, 3], as: "a")
        #expect(throws: FathomError.self) { try FileSystem.read(path, limit: 2) }
        let missing = #expect(throws: FathomError.self) { try FileSystem.read(folder.file("b")) }
        #expect(missing?.code == .inputMissing)
        let directory = #expect(throws: FathomError.self) { try FileSystem.read(folder.path) }
        #expect(directory?.code == .inputInvalid)
        let file = try InputFile(path)
        #expect(try file.read(at: 1, count: 2) == [2, 3])
        for (offset, count) in [(2, 2), (4, 0), (-1, 1), (0, Int.max), (Int.max, 1)] {
            #expect(throws: FathomError.self) { try file.read(at: offset, count: count) }
        }
        #expect(try FileSystem.readText("/proc/self/status").contains("VmRSS"))
    }

    /// A reader of a pipe without a writer would wait for ever.
    @Test func pipesAndDevicesAreRefusedAtOnce() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let reads: [(String) throws -> Void] = [
            { _ = try FileSystem.read($0) }, { _ = try FileSystem.readPrefix($0, count: 8) }, { _ = try MappedFile($0) },
            { _ = try Digest(ofFile: $0) },
        ]
        for path in [pipe, "/dev/zero"] {
            for read in reads {
                let error = #expect(throws: FathomError.self) { try read(path) }
                #expect(error?.code == .inputInvalid && error?.message == "is not a file")
            }
        }
    }

    @Test func mappedFilesReadLikeOthers() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let mapped = try MappedFile(try folder.write(bytes, as: "a"))
        #expect(mapped.size == bytes.count)
        // Twice: the pages are given back after the first time.
        for _ in 0..<2 { #expect(try mapped.withBytes(4000..<9000) { $0.elementsEqual(bytes[4000..<9000]) }) }
        let file = InputFile(mapped)
        #expect(try file.read(at: 9998, count: 2) == Array(bytes[9998...]))
        #expect(throws: FathomError.self) { try file.read(at: 9999, count: 2) }
        for path in [folder.path, folder.file("none"), try folder.write([], as: "empty"), "/dev/null"] {
            #expect(throws: FathomError.self) { try MappedFile(path) }
        }
    }
}
