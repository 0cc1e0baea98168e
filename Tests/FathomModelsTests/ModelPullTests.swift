import FathomCore
import FathomModels
import FathomTestSupport
import Testing

/// Fetching weights from a server on this machine.
struct ModelPullTests {
    private static let bytes: [UInt8] = {
        var random = SeededRandom(seed: 3)
        return (0..<1_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()
    private static let digest = Digest(of: bytes)
    private static let tag = "\"version-1\""
    private static let path = "/depth-anything/Test/resolve/main/weights.pth"

    private let entry = ModelEntry(
        name: "test", network: "test", about: "a test", output: .relative, fileName: "weights.pth", remotePath: path,
        license: .ccByNC4, plausibleSizes: 900_000...1_100_000)
    private let folder: TemporaryFolder
    private let store: ModelStore

    init() throws {
        folder = try TemporaryFolder()
        store = ModelStore(folder: folder.file("models"))
    }

    private func pull(from server: HTTPServer, silence: Double = 5) throws -> ModelRecord {
        var patience = ModelPull.Patience()
        patience.pause = 0.001
        patience.silence = silence
        return try ModelPull(entry, into: store, mirror: server.address, patience: patience, progress: .silent()).run()
    }

    private func expectWhole(_ record: ModelRecord, vouchedFor: Bool) throws {
        #expect(record.digest == Self.digest && record.bytes == Self.bytes.count && record.isVouchedFor == vouchedFor)
        #expect(try FileSystem.list(store.folder) == ["weights.pth", "weights.pth.fathom.json"])
        #expect(try FileSystem.read(store.folder.appendingPath("weights.pth")) == Self.bytes)
        #expect(try store.resolve(entry).record == record)
        #expect(try store.verify(entry) == .intact(Self.digest))
    }

    private func expectFailure(_ code: FathomError.Code, _ text: String, _ server: HTTPServer, keeps files: [String] = []) throws
    {
        let error = try #require(throws: FathomError.self) { try pull(from: server) }
        #expect(error.code == code)
        #expect("\(error)".contains(text), "\(error)")
        #expect(try FileSystem.list(store.folder) == files)
        let missing = #expect(throws: FathomError.self) { try store.resolve(entry) }
        #expect(missing?.code == .unavailable)
    }

    @Test func fetchesThroughARedirectThatPublishesTheDigest() throws {
        let server = try HTTPServer { request, _ in
            if request.target == Self.path {
                return HTTPServer.Response(
                    302, [("Location", "/content/a?key=1%2F2"), ("X-Linked-Etag", "\"\(Self.digest)\"")])
            }
            return .file(Self.bytes, tag: Self.tag, to: request)
        }
        let record = try pull(from: server)
        try expectWhole(record, vouchedFor: true)
        #expect(record.source == server.address + Self.path && record.license == .ccByNC4)
        #expect(server.requests.map(\.target) == [Self.path, "/content/a?key=1%2F2"])
        #expect(server.requests.allSatisfy { $0.fields["accept-encoding"] == "identity" && $0.rangeStart == nil })
    }

    @Test func continuesDroppedConnectionsByRangeThroughRedirects() throws {
        let server = try HTTPServer { request, number in
            if request.target == Self.path { return HTTPServer.Response(307, [("Location", "/content/\(number)")]) }
            let ending: HTTPServer.Ending = number == 1 ? .drop(after: 400_000) : number == 3 ? .drop(after: 1) : .whole
            return .file(Self.bytes, tag: Self.tag, to: request, ending: ending)
        }
        try expectWhole(pull(from: server), vouchedFor: false)
        #expect(server.requests.map(\.rangeStart) == [nil, nil, 400_000, 400_000, 400_001, 400_001])
        #expect(server.requests.dropFirst(2).allSatisfy { $0.fields["if-range"] == Self.tag })
    }

    @Test func leavesServersThatFallSilent() throws {
        let server = try HTTPServer { request, number in
            .file(Self.bytes, tag: Self.tag, to: request, ending: number == 0 ? .hang(after: 200_000) : .whole)
        }
        try expectWhole(pull(from: server, silence: 2), vouchedFor: false)
        // A busy machine may take longer than the silence to answer or to keep what came; the pull then goes on from there.
        let starts = server.requests.map(\.rangeStart)
        #expect(starts.count >= 2 && starts[0] == nil)
        #expect(starts.dropFirst().allSatisfy { ($0 ?? 0) <= 200_000 })
    }

    @Test func continuesWhatAnEarlierPullLeft() throws {
        let broken = try HTTPServer { request, number in
            number == 0 ? .file(Self.bytes, tag: Self.tag, to: request, ending: .drop(after: 300_000)) : HTTPServer.Response(503)
        }
        try expectFailure(.temporary, "status 503", broken, keeps: ["weights.pth.part", "weights.pth.part.json"])
        #expect(broken.requests.count == 5)

        // Other servers may have the same file; one that does not leaves the part alone.
        let other = try HTTPServer { _, _ in HTTPServer.Response(404) }
        try expectFailure(
            .unavailable, "does not exist on the server (status 404)", other,
            keeps: ["weights.pth.part", "weights.pth.part.json"])
        let mirror = try HTTPServer { request, _ in .file(Self.bytes, tag: Self.tag, to: request) }
        try expectWhole(pull(from: mirror), vouchedFor: false)
        #expect(other.requests.map(\.rangeStart) == [300_000] && mirror.requests.map(\.rangeStart) == [300_000])
    }

    @Test func aMissingFileLeavesNothing() throws {
        let server = try HTTPServer { _, _ in HTTPServer.Response(404) }
        try expectFailure(.unavailable, "\(Self.path): does not exist on the server (status 404)", server)
    }

    @Test(arguments: [false, true])
    func beginsAnewWhereTheServerDoes(_ ignoresRanges: Bool) throws {
        let old = Self.bytes.map { ~$0 }
        let server = try HTTPServer { request, number in
            if number == 0 { return .file(old, tag: "\"version-0\"", to: request, ending: .drop(after: 500_000)) }
            if ignoresRanges { return HTTPServer.Response(200, body: Self.bytes) }
            return .file(Self.bytes, tag: Self.tag, to: request)
        }
        try expectWhole(pull(from: server), vouchedFor: false)
        #expect(server.requests.map(\.rangeStart) == [nil, 500_000])
    }

    @Test func refusesAnotherFileInTheMiddle() throws {
        let server = try HTTPServer { request, number in
            if number == 0 { return .file(Self.bytes, tag: Self.tag, to: request, ending: .drop(after: 500_000)) }
            if number == 1 {
                return HTTPServer.Response(206, [("Content-Range", "bytes 400000-999999/1000000")], body: [1, 2, 3])
            }
            return .file(Self.bytes, tag: Self.tag, to: request)
        }
        try expectWhole(pull(from: server), vouchedFor: false)
        #expect(server.requests.map(\.rangeStart) == [nil, 500_000, nil])
    }

    @Test func aWrongDigestLeavesNothing() throws {
        let announced = Digest(of: "something else")
        let server = try HTTPServer { request, _ in
            HTTPServer.Response(200, [("X-Linked-Etag", "\"\(announced)\"")], body: Self.bytes)
        }
        try expectFailure(.inputInvalid, "\(Self.digest), but the server announced \(announced)", server)
    }

    @Test func aPageInPlaceOfTheFileLeavesNothing() throws {
        let server = try HTTPServer { _, _ in HTTPServer.Response(200, body: Array("<html>Please sign in</html>".utf8)) }
        try expectFailure(.inputInvalid, "too short: 27 bytes where about 900000 are expected", server)
    }

    @Test func aBodyThatNeverBecomesWholeIsKept() throws {
        let server = try HTTPServer { request, number in
            .file(Self.bytes, tag: Self.tag, to: request, ending: .drop(after: number == 0 ? 700_000 : 0))
        }
        try expectFailure(.temporary, "700000", server, keeps: ["weights.pth.part", "weights.pth.part.json"])
        #expect(server.requests.map(\.rangeStart) == [nil] + Array(repeating: 700_000, count: 4))
    }

    @Test(
        arguments: [
            (401, [("WWW-Authenticate", "Bearer")], "status 401"),
            (401, [("WWW-Authenticate", "Basic realm=\"a\"")], "status 401"), (403, [], "status 403"), (301, [], "status 301"),
            (302, [("Location", "ftp://127.0.0.1/a")], "leads to \"ftp://127.0.0.1/a\", which is not followed"),
            (302, [("Location", "/again")], "from address to address without end"),
        ] as [(Int, [(String, String)], String)])
    func refusalsAreFinal(_ status: Int, _ fields: [(String, String)], _ message: String) throws {
        let server = try HTTPServer { _, _ in HTTPServer.Response(status, fields.map { (name: $0.0, value: $0.1) }) }
        try expectFailure(.unavailable, message, server)
        #expect(server.requests.count <= 10)
    }
}
