import FathomCore
import FathomTensor
import FathomTestSupport
import Testing

/// Files that PyTorch and safetensors wrote, and hostile ones, against the values that went in.
@Suite(.needsSharedMaterial) struct GoldenCheckpointTests {
    private func path(_ name: String) throws -> String { try SharedMaterial.path("golden/checkpoints/\(name)") }

    /// Fails unless `checkpoint` holds exactly the tensors of `expected.json`.
    private func check(_ checkpoint: Checkpoint) throws {
        let expected = try JSONNode.read(path("expected.json")).members()
        #expect(checkpoint.shapes.keys.sorted() == expected.map(\.key).sorted())
        for (key, node) in expected {
            #expect(try checkpoint.shapes[key] == node.required("shape").elements().map { try $0.int() })
            let values = try node.required("values").doubles().map { Float($0) }
            #expect(try checkpoint.floats(key).array == values, "\(checkpoint.label): \(key)")
        }
    }

    @Test(arguments: [
        "plain.safetensors", "plain.pth", "wrapped.pth", "parameters.pth", "data_parallel.pth", "legacy_not_zip.pth",
    ])
    func theValuesAreThoseThatWentIn(name: String) throws {
        try check(Checkpoint(path: path(name)))
        // At an odd address, as bytes inside a program may lie.
        let bytes = [0] + (try FileSystem.read(path(name)))
        try bytes.withUnsafeBytes { try check(Checkpoint(bytes: UnsafeRawBufferPointer(rebasing: $0.dropFirst()), name: name)) }
    }

    @Test func metadataAreKept() throws {
        #expect(try Checkpoint(path: path("plain.safetensors")).metadata == ["format": "pt", "license": "apache-2.0"])
    }

    @Test(arguments: [
        ("hostile_os_system.pth", "asks for \"posix.system\", which no tensor needs; nothing of it was executed"),
        ("hostile_eval.pth", "asks for \"__builtin__.eval\", which no tensor needs"),
        ("hostile_header_length.safetensors", "is cut off: its header is longer than the file"),
        ("hostile_offsets.safetensors", "(ids): its data_offsets do not lie inside the file"),
        ("truncated.pth", "is not a zip archive, or its end is missing"),
    ])
    func hostileFilesAreRefusedWithoutATrace(name: String, complaint: String) throws {
        let error = try #require(throws: FathomError.self) { try Checkpoint(path: path(name)) }
        #expect(error.code == .inputInvalid && error.description.contains(complaint), "\(error)")
        // What the command in hostile_os_system.pth would make.
        #expect(FileSystem.kind(of: "/tmp/fathom-pwned") == nil)
    }
}
