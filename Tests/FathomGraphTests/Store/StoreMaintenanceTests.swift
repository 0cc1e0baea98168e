import FathomCore
import FathomGraph
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

struct StoreMaintenanceTests {
    private let test: TestStore
    private static let day = 86_400

    init() throws {
        test = try TestStore()
    }

    private func ageAll(_ record: StoreRecord, days: Int) throws {
        try TestStore.age(test.path(ofRecord: record.key), by: days * Self.day)
        for object in record.objects { try TestStore.age(test.path(ofObject: object), by: days * Self.day) }
    }

    @Test func verifyFindsAndRemovesWhatIsDamaged() throws {
        let content = { (name: String) in [Array(name.utf8), [UInt8](repeating: name.utf8.first!, count: 2_000_000)] }
        let names = ["sound", "flipped", "cut off", "missing", "torn"]
        let records = try names.map { try test.commit($0, content($0)) }
        let (bytes, small) = (5 * 2_000_000, names.joined().utf8.count)
        #expect(try test.store.verify() == StoreVerification(objects: 10, records: 5, bytes: bytes + small))

        try TestStore.overwrite(test.path(ofObject: records[1].objects[1]), at: 1_999_999, with: [1])
        try #require(truncate(test.path(ofObject: records[2].objects[1]), 1_000_000) == 0)
        unlink(test.path(ofObject: records[3].objects[0]))
        try #require(truncate(test.path(ofRecord: records[4].key), 50) == 0)
        let expected = StoreVerification(
            objects: 9, records: 5, bytes: bytes + small - 1_000_000 - 7, damagedObjects: 2, damagedRecords: 4)
        #expect(try test.store.verify(removesDamaged: false) == expected)

        let result = try FathomProgram.run("cache", "verify", "--cache", test.path)
        #expect(result.status == 65)
        #expect(result.errors.contains("damaged: 2 of 9 objects, 4 of 5 results; they are removed"), "\(result.errors)")
        #expect(try test.store.verify().records == 1)
        #expect(try test.store.record(for: records[0].key) != nil)
        #expect(try FathomProgram.run("cache", "verify", "--cache", test.path).status == 0)
    }

    @Test func gcKeepsWhatWasUsedLast() throws {
        let shared = [UInt8](repeating: 1, count: 1000)
        let names = ["oldest", "old", "newer", "young"]
        let records = try names.map { try test.commit($0, [shared, [UInt8](repeating: 2, count: 1000) + Array($0.utf8)]) }
        for (record, days) in zip(records, [40, 30, 20]) { try ageAll(record, days: days) }
        // A use makes the oldest the youngest of the three.
        #expect(try test.store.record(for: records[0].key) != nil)
        let list = try FathomProgram.run("cache", "ls", "--cache", test.path, "--json")
        let items = try JSONNode.parse(list.output, name: "ls").required("items").elements()
        #expect(try items.suffix(2).map { try $0.required("key").string() } == ["\(records[2].key)", "\(records[1].key)"])

        #expect(try test.store.collectGarbage(maximumAge: 50 * Self.day).removedRecords == 0)
        let first = try test.store.collectGarbage(maximumBytes: 4100)
        #expect(first.removedRecords == 1 && first.removedObjects == 1 && first.removedBytes == 1003)
        #expect(try present(records) == [true, false, true, true])
        // The shared object stays while somebody needs it; what was used within the hour stays in any case.
        let second = try test.store.collectGarbage(maximumBytes: 1, maximumAge: 10 * Self.day)
        #expect(second.removedRecords == 1 && second.removedObjects == 1 && second.keptBytes == 3011)
        #expect(try present(records) == [true, false, false, true])
        #expect(try test.store.verify().damagedRecords == 0)
        #expect(try test.temporaries().isEmpty)
    }

    private func present(_ records: [StoreRecord]) throws -> [Bool] {
        records.map { FileSystem.kind(of: test.path(ofRecord: $0.key)) == .file }
    }

    @Test func gcRemovesWhatTheDeadLeftAndNothingOfTheLiving() throws {
        let record = try test.commit("a", [[1]])
        try ageAll(record, days: 3)
        let orphan = try test.store.put([2])
        let youngOrphan = try test.store.put([3])
        try TestStore.age(test.path(ofObject: orphan), by: Self.day)
        try AtomicFile.write("x", to: test.folder.file("temporary/old"))
        try TestStore.age(test.folder.file("temporary/old"), by: 2 * 3600)
        try AtomicFile.write("x", to: test.folder.file("temporary/new"))
        let dead = test.path(ofLease: Digest(of: "dead"))
        let living = test.path(ofLease: Digest(of: "living"))
        let since = Int(time(nil)) - 5 * Self.day
        let foreign = LeaseHolder(host: "h", boot: "b", namespace: "n", process: 1, started: 1, since: since, nonce: "n")
        try AtomicFile.write(foreign.text, to: dead)
        try TestStore.age(dead, by: 3600)
        try AtomicFile.write(foreign.text, to: living)

        // Somebody at work for five days may still need what was used three days ago.
        #expect(try test.store.collectGarbage(maximumAge: Self.day).removedObjects == 0)
        #expect(FileSystem.kind(of: dead) == nil && FileSystem.kind(of: living) == .file)
        #expect(try test.temporaries() == ["new"])

        unlink(living)
        let result = try FathomProgram.run("cache", "gc", "--cache", test.path, "--older-than", "1d", "--json")
        let figures = try JSONNode.parse(result.output, name: "gc").required("figures")
        #expect(try figures.required("removed_records").int() == 1 && figures.required("removed_objects").int() == 2)
        #expect(try test.store.object(youngOrphan).array == [3])
        #expect(try test.store.record(for: record.key) == nil)
    }

    @Test func theCommandSaysWhatIsWrong() throws {
        let run = { (arguments: String...) in try ChildProcess(FathomProgram.path(), ["cache"] + arguments).wait() }
        #expect(try run("path", "--cache", "/x").output == "/x\n")
        #expect(try run("list").errors.contains("cache has no action \"list\""))
        #expect(try run("gc", "--older-than", "30x", "--cache", test.path).status == 64)
        #expect(try run("ls", "--max-size", "1G").status == 64)
        #expect(try run("ls", "--cache", test.folder.file("none")).status == 66)
        #expect(FileSystem.kind(of: test.folder.file("none")) == nil)
    }
}
