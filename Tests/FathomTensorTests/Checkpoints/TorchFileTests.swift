import FathomCore
import FathomTensor
import FathomTestSupport
import Testing

/// Views of storages, nesting, and what a hostile pickle may try.
@Suite struct TorchFileTests {
    private typealias Fixture = TorchFixture
    private let twelve = TorchFixture.floats((0..<12).map { Float($0) })

    private func refusal(_ bytes: [UInt8]) throws -> String {
        let error = try #require(throws: FathomError.self) { try Checkpoint.with(bytes) { _ in } }
        #expect(error.code == .inputInvalid)
        return error.description
    }

    @Test(
        arguments: [
            ([3, 4], [4, 1], 0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
            ([4, 3], [1, 4], 0, [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
            ([2, 2], [4, 2], 5, [5, 7, 9, 11]),
            ([1, 3, 1], [99, 1, 7], 9, [9, 10, 11]),
            ([2, 3], [0, 1], 1, [1, 2, 3, 1, 2, 3]),
            ([], [], 11, [11]),
            ([2, 0], [9, 9], 3, []),
        ] as [([Int], [Int], Int, [Float])])
    func viewsOfAStorage(shape: [Int], strides: [Int], offset: Int, values: [Float]) throws {
        let pickle = Fixture.pickle(shape: shape, strides: strides, offset: offset, count: 12)
        let read = try Checkpoint.with(Fixture.archive(pickle, storages: [twelve])) { ($0.shapes, try $0.floats("w").array) }
        #expect(read.0 == ["w": shape])
        #expect(read.1 == values)
        let stream = Fixture.stream(pickle, storage: (0..<12).map { Float($0) })
        #expect(try Checkpoint.with(stream) { try $0.floats("w").array } == values)
    }

    @Test(
        arguments: [
            ([3, 4], [4, 1], 1, "reaches beyond its data"),
            ([2], [Int.max], 1, "reaches beyond its data"),
            ([2, 2], [Int.max, Int.max], 0, "reaches beyond its data"),
            ([2], [-1], 1, "strides [-1] that do not fit"),
            ([2], [1, 1], 0, "strides [1, 1] that do not fit"),
            ([-2], [1], 0, "a negative extent"),
            ([2], [1], -1, "a negative extent or offset"),
            ([1 << 40, 1 << 40], [0, 0], 0, "more than the file holds"),
            ([1 << 20], [0], 0, "more than the file holds"),
            ([1 << 62, 4, 0], [1, 1, 1], 0, "more than the file holds"),
        ] as [([Int], [Int], Int, String)])
    func viewsBeyondTheirStorageAreRefused(shape: [Int], strides: [Int], offset: Int, complaint: String) throws {
        let pickle = Fixture.pickle(shape: shape, strides: strides, offset: offset, count: 12)
        let error = try refusal(Fixture.archive(pickle, storages: [twelve]))
        #expect(error.contains(complaint) && error.hasPrefix("file: \"w\": "), "\(error)")
    }

    @Test func archivesOfAnotherMakeAreRefused() throws {
        let pickle = Fixture.pickle(shape: [12], strides: [1], count: 12)
        #expect(try refusal(Fixture.archive(pickle)).contains("its storage \"0\" is missing"))
        let zeros = [UInt8](repeating: 0, count: 4096)
        #expect(try refusal(Fixture.archive(pickle, storages: [zeros], compress: true)).contains("is compressed"))
        #expect(try refusal(Fixture.archive(pickle, storages: [twelve], order: "big")).contains("highest byte comes first"))
        #expect(try refusal(Fixture.stream(pickle, storage: [], littleEndian: false)).contains("highest byte comes first"))
        #expect(try refusal(Fixture.archive(Fixture.ascii("\u{2}."))).contains("pickle instruction 0x2 at byte 0"))
        #expect(try refusal(Fixture.archive(Fixture.ascii("}."))).contains("holds no dictionary of tensors"))
        #expect(try refusal(Fixture.archive(Fixture.ascii("]."))).contains("holds no dictionary of tensors"))
    }

    @Test(arguments: [
        ("posix", "system"), ("__builtin__", "eval"), ("torch", "load"), ("torch.storage", "_load_from_bytes"),
        ("collections", "OrderedDict.__init__"), ("torch._utils", "_rebuild_device_tensor_from_numpy"),
        ("torch", "storage.FloatStorage"),
    ])
    func otherNamesAreRefused(module: String, name: String) throws {
        for instruction in [Fixture.global(module, name), Fixture.text(module) + Fixture.text(name) + [0x93]] {
            let bytes = try Fixture.archive([0x80, 4] + instruction + Fixture.text("true") + [0x85] + Fixture.ascii("R."))
            #expect(try refusal(bytes).contains("asks for \"\(module).\(name)\", which no tensor needs"))
        }
    }

    @Test(arguments: [
        "t.", "R.", "}s.", "(a.", "(u.", "]K\u{1}Ks.", "Q.", "b.", "h\u{1}.", "q\u{1}.", "0.", "ctorch\nFloatStorage\n)R.",
        "ccollections\nOrderedDict\n]K\u{1}aR.", "(((.", "ctorch._utils\n_rebuild_parameter\n)R.", "X\u{7f}\u{7f}\u{7f}\u{7f}.",
    ])
    func senselessPicklesAreRefused(pickle: String) throws {
        _ = try refusal(Fixture.archive(Fixture.ascii(pickle)))
    }

    @Test func nestingAndSelfReferenceAreHarmless() throws {
        let tensor = Fixture.rebuild(shape: [12], strides: [1], count: 12)
        let deep = [UInt8](repeating: UInt8(ascii: "]"), count: 300_000) + [UInt8](repeating: UInt8(ascii: "a"), count: 299_999)
        // {"deep": [[[…]]], "self": the dictionary itself, "w": tensor}
        let pickle =
            Fixture.ascii("}q\u{1}(") + Fixture.text("deep") + deep + Fixture.text("self") + Fixture.ascii("h\u{1}")
            + Fixture.text("model") + Fixture.ascii("h\u{1}") + Fixture.text("w") + tensor + Fixture.ascii("u.")
        try Checkpoint.with(Fixture.archive(pickle, storages: [twelve])) { #expect($0.shapes == ["w": [12]]) }
        let endless = [UInt8](repeating: UInt8(ascii: ")"), count: 1 << 20) + Fixture.ascii(".")
        #expect(try refusal(Fixture.archive(endless)).contains("more than 1048576 instructions"))
    }

    /// A megabyte that every tensor would look at: as its shape, as the key of its storage, as its own name.
    @Test func whatTensorsShareIsBounded() throws {
        let ones = [Int](repeating: 1, count: 33)
        #expect(try refusal(Fixture.archive(Fixture.pickle(shape: ones, strides: ones, count: 12))).contains("damaged pickle"))
        let long = String(repeating: "é", count: 1 << 19)
        let storage = Fixture.ascii("(") + Fixture.text("storage") + Fixture.global("torch", "FloatStorage") + Fixture.text(long)
        let pickle = storage + Fixture.text("cpu") + Fixture.integer(12) + Fixture.ascii("tQ.")
        #expect(try refusal(Fixture.archive(pickle)).contains("damaged pickle"))
        let tensor = Fixture.rebuild(shape: [1], strides: [1], count: 12)
        let members = (0..<20_000).flatMap { _ in Fixture.ascii("h\u{1}h\u{2}") }
        let named = Fixture.text(long) + Fixture.ascii("q\u{1}") + tensor + Fixture.ascii("q\u{2}}(") + members
        let error = try refusal(Fixture.archive(named + Fixture.ascii("u."), storages: [twelve]))
        #expect(error.contains("holds two tensors called \"é") && error.utf8.count < 300)
    }

    @Test func prefixesAndWrappersAreTakenOff() throws {
        func dictionary(_ content: [UInt8]) -> [UInt8] { Fixture.ascii("}(") + content + Fixture.ascii("u") }
        let tensor = Fixture.rebuild(shape: [12], strides: [1], count: 12)
        let inner = dictionary(Fixture.text("module.a") + tensor + Fixture.text("module.b") + tensor)
        let optimizer = Fixture.text("optimizer") + dictionary(Fixture.text("step") + tensor)
        for wrapper in ["model", "state_dict"] {
            let pickle = dictionary(optimizer + Fixture.text(wrapper) + inner) + Fixture.ascii(".")
            try Checkpoint.with(Fixture.archive(pickle, storages: [twelve])) { #expect($0.shapes == ["a": [12], "b": [12]]) }
        }
        let mixed = dictionary(Fixture.text("module.a") + tensor + Fixture.text("b") + tensor) + Fixture.ascii(".")
        try Checkpoint.with(Fixture.archive(mixed, storages: [twelve])) { #expect($0.shapes.keys.sorted() == ["b", "module.a"]) }
        let twice = dictionary(Fixture.text("a") + tensor + Fixture.text("a") + tensor) + Fixture.ascii(".")
        #expect(try refusal(Fixture.archive(twice, storages: [twelve])).contains("holds two tensors called \"a\""))
    }
}
