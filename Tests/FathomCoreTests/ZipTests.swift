import FathomCore
import FathomTestSupport
import Testing

@Suite struct ZipTests {
    private static let noise: [UInt8] = {
        var random = SeededRandom(seed: 9)
        return (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()

    private static let content: [(name: String, bytes: [UInt8])] = [
        ("zeros.bin", [UInt8](repeating: 0, count: 5000)), ("näme/noise", noise), ("empty", []),
    ]

    /// An archive of `content` and one entry that arrives in pieces.
    private func archive(wideFrom: Int = 0xFFFF_FFFF, wideCountFrom: Int = 0xFFFF) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.zip"), wideFrom: wideFrom, wideCountFrom: wideCountFrom)
        for (name, bytes) in Self.content { try writer.add(name, bytes) }
        try writer.begin("streamed")
        try writer.append(Array(Self.noise.prefix(100)))
        try writer.append(Array(Self.noise.dropFirst(100)))
        try writer.end()
        try writer.finish()
        return try FileSystem.read(folder.file("a.zip"))
    }

    private func open(_ bytes: [UInt8], limits: ReadLimits = .current) throws -> ZipReader {
        try ZipReader(InputFile(bytes: bytes, name: "a.zip"), limits: limits)
    }

    @Test(arguments: [(0xFFFF_FFFF, 0xFFFF), (0, 0), (301, 2)])
    func contentSurvives(wideFrom: Int, wideCountFrom: Int) throws {
        let bytes = try archive(wideFrom: wideFrom, wideCountFrom: wideCountFrom)
        let reader = try open(bytes)
        #expect(reader.entries.map(\.name) == Self.content.map(\.name) + ["streamed"])
        for (name, bytes) in Self.content + [("streamed", Self.noise)] {
            let entry = try #require(reader.entry(named: name))
            #expect(entry.size == bytes.count)
            #expect(try reader.read(entry) == bytes)
        }
        #expect(reader.entries[0].packedSize < 100)
        #expect(try archive(wideFrom: wideFrom, wideCountFrom: wideCountFrom) == bytes)
    }

    @Test func claimsBeyondTheLimitsAreRefused() throws {
        let bytes = try archive()
        let start = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2]))
        var hostile = bytes
        hostile.replaceSubrange(start.lowerBound + 24..<start.lowerBound + 28, with: [0, 0, 0, 1])
        let claim = #expect(throws: FathomError.self) { try open(hostile) }
        #expect(claim?.message == "\"zeros.bin\" claims to unpack to more than 1032 times its size")
    }

    @Test(arguments: ["/etc/passwd", "../up", "a/../../b", "a\\b", "a\nb", "c:\\x", ""])
    func namesThatLeaveTheFolderAreRefused(name: String) throws {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.zip"))
        #expect(throws: FathomError.self) { try writer.add(name, [1]) }
        try writer.add("ok", [1])
        #expect(throws: FathomError.self) { try writer.add("ok", [2]) }
        #expect(try FileSystem.list(folder.path).allSatisfy { $0.contains("fathom-tmp") })

        guard !name.isEmpty else { return }
        let neutral = String(repeating: "x", count: name.utf8.count)
        let other = try ZipWriter(path: folder.file("b.zip"))
        try other.add(neutral, [1])
        try other.finish()
        let hostile = Array(
            String(decoding: try FileSystem.read(folder.file("b.zip")), as: Latin1.self).replacing(neutral, with: name)
                .unicodeScalars
                .map { UInt8($0.value) })
        #expect(throws: FathomError.self) { try open(hostile) }
    }

    @Test func damageIsFound() throws {
        let original = try archive()
        let wide = try archive(wideFrom: 0, wideCountFrom: 0)
        var refused = 0
        for (seed, archive) in [original, wide].enumerated() {
            for bytes in Mutator.mutations(of: archive, count: 3000, seed: UInt64(seed)) {
                do {
                    let reader = try open(bytes)
                    for entry in reader.entries {
                        let content = try reader.read(entry)
                        #expect(content.count == entry.size)
                    }
                } catch {
                    refused += 1
                    #expect((error as? FathomError)?.code == .inputInvalid, "\(error)")
                }
            }
        }
        #expect(refused > 3000)
        for bytes in Mutator.truncations(of: original) { #expect(throws: FathomError.self) { try open(bytes) } }
    }
}

/// ISO 8859-1, in which every byte string is a text.
private enum Latin1 {}

extension String {
    fileprivate init(decoding bytes: [UInt8], as _: Latin1.Type) {
        self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
