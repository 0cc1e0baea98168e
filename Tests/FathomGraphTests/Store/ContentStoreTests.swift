import FathomCore
import FathomGraph
import FathomTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

struct ContentStoreTests {
    @Test func recordsAndObjectsComeBackAsTheyWere() throws {
        let test = try TestStore()
        let big = [UInt8](repeating: 7, count: 300_000)
        let empty: [UInt8] = []
        let parts: [ObjectReference?] = [
            try test.store.put(big), nil, try test.store.put(empty), try test.store.put(Buffer(big[..<5])),
        ]
        var record = StoreRecord("all", parts: parts)
        record.outputs.append(.init(port: "none", parts: []))
        record.summary = Summary(
            .partial, reason: "a \"quoted\"\nreason", facts: ["scale": 5.0, "count": 5, "nested": ["x": [1, nil, "ä"]]])
        record.summary.numbers = [
            ("rate", .nan), ("far", .infinity), ("zero", -0.0), ("tiny", .leastNonzeroMagnitude), ("rate", 1),
        ]
        record.warnings = ["one", "two"]
        #expect(try test.store.record(for: record.key) == nil)
        #expect(try test.store.commit(record))

        let other = try ContentStore(path: test.path)
        let read = try #require(try other.record(for: record.key))
        #expect(read.text == record.text && read.outputs == record.outputs && read.usage == record.usage)
        #expect(read.summary.facts == record.summary.facts)
        #expect(read.summary.numbers.map(\.name) == record.summary.numbers.map(\.name))
        #expect(read.summary.numbers.map(\.value.bitPattern) == record.summary.numbers.map(\.value.bitPattern))
        #expect(try other.object(parts[0]!).array == big && other.object(parts[2]!).count == 0)
        var middle = Buffer<UInt8>(uninitialized: 2)
        try middle.withMutablePointer { try other.read(parts[3]!, at: 3, into: .init(start: $0, count: 2)) }
        #expect(middle.array == [7, 7])

        // Nothing is written twice: the file stays the one it was.
        let inode = try inode(test.path(ofObject: parts[0]!))
        let halves = try big.withUnsafeBytes { bytes in
            try other.put([.init(rebasing: bytes[..<100_000]), .init(rebasing: bytes[100_000...])])
        }
        #expect(try halves == parts[0] && inode == self.inode(test.path(ofObject: halves)))
        #expect(try test.temporaries().isEmpty)
    }

    private func inode(_ path: String) throws -> UInt {
        var info = stat()
        try #require(stat(path, &info) == 0)
        return UInt(info.st_ino)
    }

    @Test func damagedRecordsAreMissesAndAreReplaced() throws {
        let test = try TestStore()
        let record = try test.commit("a", [[1, 2, 3], [4, 5]])
        let path = test.path(ofRecord: record.key)
        let whole = try FileSystem.read(path)
        for length in stride(from: 0, to: whole.count, by: 7) {
            try TestStore.write(Array(whole[..<length]), to: path)
            #expect(try test.store.record(for: record.key) == nil, "cut to \(length) bytes")
        }
        for position in stride(from: 0, to: whole.count, by: 5) {
            var flipped = whole
            flipped[position] ^= 1 << (position % 8)
            try TestStore.write(flipped, to: path)
            #expect(try test.store.record(for: record.key) == nil, "bit flipped in byte \(position)")
        }
        #expect(try test.store.commit(record))
        #expect(try FileSystem.read(path) == whole)
        #expect(try !test.store.commit(record))

        // Of a record under the name of another, and of objects that are not what it says.
        let elsewhere = test.path(ofRecord: Digest(of: "b"))
        try TestStore.write(whole, to: elsewhere)
        #expect(try test.store.record(for: Digest(of: "b")) == nil)
        try AtomicFile.write([1, 2], to: test.path(ofObject: record.objects[0]))
        #expect(try test.store.record(for: record.key) == nil)
        _ = try test.store.put([1, 2, 3])
        #expect(try test.store.record(for: record.key) != nil)
        unlink(test.path(ofObject: record.objects[1]))
        #expect(try test.store.record(for: record.key) == nil)
        let error = #expect(throws: FathomError.self) { try test.store.object(record.objects[1]) }
        #expect(error?.code == .temporary)
    }

    /// The size tells nothing: an object is what its digest says, or it is not there.
    @Test func damagedObjectsAreMissesAndAreReplaced() throws {
        let test = try TestStore()
        let record = try test.commit("a", [[1, 2, 3], [UInt8](repeating: 4, count: 10_000)])
        for object in record.objects { try TestStore.overwrite(test.path(ofObject: object), at: 2, with: [9]) }
        let other = try ContentStore(path: test.path)
        #expect(try other.record(for: record.key) != nil)
        #expect(try other.intactObject(record.objects[1]) == nil)
        let error = #expect(throws: FathomError.self) { try other.object(record.objects[0]) }
        #expect(error?.code == .temporary)
        #expect(record.objects.allSatisfy { FileSystem.kind(of: test.path(ofObject: $0)) == nil })
        #expect(try other.record(for: record.key) == nil)
        #expect(try other.put([1, 2, 3]) == record.objects[0] && other.object(record.objects[0]).array == [1, 2, 3])
    }

    @Test func oneOfManyThreadsCommits() throws {
        let test = try TestStore()
        for round in 0..<20 {
            let record = StoreRecord("\(round)", parts: [try test.store.put([UInt8(round)])])
            if round % 2 == 1 {
                // What lies there is damaged: still only one replaces it.
                try TestStore.write([1], to: test.path(ofRecord: record.key))
            }
            let commits = Atomic(0)
            try onThreads(6) { _ in
                let store = try ContentStore(path: test.path)
                if try store.commit(record) { commits.add(1, ordering: .relaxed) }
            }
            #expect(commits.load(ordering: .relaxed) == 1, "round \(round)")
        }
    }

    @Test func oneOfManyProcessesCommits() async throws {
        let test = try TestStore()
        try FileSystem.makeFolder(test.folder.file("said"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { [path = test.path as String] in
                    await #expect(processExitsWith: .success) { [path = path as String] in
                        let store = try ContentStore(path: path)
                        for round in 0..<50 {
                            let record = StoreRecord("\(round)", parts: [try store.put([UInt8(round)])])
                            if try store.commit(record) { try TestStore.write([], to: "\(path)/said/\(round)-\(getpid())") }
                        }
                    }
                }
            }
        }
        #expect(try FileSystem.list(test.folder.file("said")).count == 50)
        #expect(try test.store.verify() == StoreVerification(objects: 50, records: 50, bytes: 50))
        #expect(try test.temporaries().isEmpty)
    }

    @Test func foldersThatCannotBeStoresAreRefused() throws {
        let test = try TestStore()
        #expect(try FileSystem.readText(test.folder.file("store.json")) == "{\"fathom_store\":1}\n")
        try AtomicFile.write("{\"fathom_store\":2}", to: test.folder.file("store.json"))
        let newer = #expect(throws: FathomError.self) { try ContentStore(path: test.path) }
        #expect(newer?.code == .inputInvalid && newer?.description.contains("format 2") == true)
        try AtomicFile.write("x", to: test.folder.file("file"))
        for path in [test.folder.file("file"), "/proc/fathom"] {
            let error = #expect(throws: FathomError.self) { try ContentStore(path: path) }
            #expect(error?.code == .cannotCreate && error?.remedy?.contains("--cache") == true)
        }
    }
}
