import FathomCore
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SafetensorsTests {
    private let weights = GeneratedWeights(shapes: ["b.weight": [3, 5], "a.bias": [7], "scalar": [], "none": [0, 4]])

    private func file(_ header: String, _ data: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(header.utf8.count))
        return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    @Test func whatIsWrittenCanBeReadBack() throws {
        let folder = try TemporaryFolder()
        let metadata = ["license": "Apache-2.0", "format": "pt", "note": "\"quoted\"\nünïcode"]
        for name in ["a", "b"] { try SafetensorsWriter.write(weights, metadata: metadata, to: folder.file(name)) }
        #expect(try FileSystem.read(folder.file("a")) == FileSystem.read(folder.file("b")))
        let checkpoint = try Checkpoint(path: folder.file("a"))
        #expect(checkpoint.metadata == metadata && checkpoint.shapes == weights.shapes)
        for key in weights.shapes.keys { #expect(try checkpoint.floats(key) == weights.floats(key)) }

        try SafetensorsWriter.write(weights, precision: .float16, to: folder.file("half"))
        let half = try Checkpoint(path: folder.file("half"))
        let pairs = try zip(half.floats("b.weight").array, weights.floats("b.weight").array)
        #expect(pairs.allSatisfy { abs($0 - $1) <= abs($1) * 0x1p-11 })
        #expect(try half.floats("b.weight") != weights.floats("b.weight"))
    }

    @Test func headersAreThoseOfTheFormat() throws {
        let folder = try TemporaryFolder()
        try SafetensorsWriter.write(
            GeneratedWeights(shapes: ["y": [2], "x": [1, 1]]), metadata: ["k": "v"], to: folder.file("a"))
        let text =
            #"{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"#
            + #""y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
        let padded = text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
        #expect(try Array(FileSystem.read(folder.file("a")).dropLast(12)) == file(padded, 0))
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "(a): reaches beyond its data"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8, "(a): 8 bytes are given for the shape [1]"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "do not lie inside the file"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "do not lie inside the file"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "overlap or leave gaps"),
        (
            #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}}"#, 5,
            "overlap or leave gaps"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "1 bytes after its last tensor"),
        (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, 8, "elements of type \"C64\""),
        (#"{"a":{"dtype":"U8","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#, 0, "more than the file holds"),
        (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#, 0, "a negative extent"),
        (#"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,0]}}"#, 0, "a whole number is expected"),
        (#"{"a":{"dtype":"U8","data_offsets":[0,0]}}"#, 0, "\"shape\" is missing"),
        (#"{"a":{"dtype":"U8","shape":[[[]]],"data_offsets":[0,0]}}"#, 0, "deep"),
        (#"{"\u001b[2J":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, #"unusable tensor name "\u001b[2J""#),
        (#"{"__metadata__":{"a":"b"}}"#, 0, "holds no tensors"),
        (#"{"a""#, 0, "expected"),
    ])
    func senselessHeadersAreRefused(header: String, data: Int, complaint: String) throws {
        let error = try #require(throws: FathomError.self) { try Checkpoint.with(file(header, data)) { _ in } }
        #expect(error.code == .inputInvalid && error.description.contains(complaint), "\(error)")
    }

    @Test func filesOfAnotherKindAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FathomError.self) { try Checkpoint(path: folder.path) }
        let missing = #expect(throws: FathomError.self) { try Checkpoint(path: folder.file("none")) }
        #expect(missing?.code == .inputMissing)
        let empty = try folder.write([], as: "empty")
        #expect(throws: FathomError.self) { try Checkpoint(path: empty) }
        let page = try folder.write("<html>not found</html>", as: "page.pth")
        let error = #expect(throws: FathomError.self) { try Checkpoint(path: page) }
        #expect(error?.description.contains("is neither a safetensors file nor one that torch.save wrote") == true)
    }

    @Test func aFileThatShrinksIsAnErrorAndNoCrash() throws {
        let folder = try TemporaryFolder()
        try SafetensorsWriter.write(GeneratedWeights(shapes: ["a": [100_000]]), to: folder.file("a"))
        let checkpoint = try Checkpoint(path: folder.file("a"))
        try #require(truncate(folder.file("a"), 100) == 0)
        let error = #expect(throws: FathomError.self) { try checkpoint.floats("a") }
        #expect(error?.message == "became shorter while it was read")
    }
}
