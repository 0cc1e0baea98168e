import FathomCore
import FathomTestSupport
import Testing

@Suite struct NPYTests {
    /// A file as NumPy writes it, with a header of our choice.
    private func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> InputFile {
        let count = header.utf8.count
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(count & 0xFF), UInt8(count >> 8)]
        if version > 1 { bytes += [0, 0] }
        return InputFile(bytes: bytes + Array(header.utf8) + data, name: "a.npy")
    }

    private func header(_ descriptor: String, _ shape: String, fortran: Bool = false) -> String {
        "{'descr': '\(descriptor)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
    }

    @Test func writesWhatNumPyWrites() throws {
        let folder = try TemporaryFolder()
        try NPYWriter.write(Buffer<Float>([1, 2, 3, 4, 5, 6]), shape: [2, 3], to: folder.file("a.npy"))
        let bytes = try FileSystem.read(folder.file("a.npy"))
        #expect(bytes.count == 128 + 24)
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
        #expect(bytes.prefix(10) == [0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0])
        #expect(Array(bytes[10..<128]) == Array(text.utf8) + [UInt8](repeating: 0x20, count: 117 - text.utf8.count) + [0x0A])
        let array = try NPYArray(path: folder.file("a.npy"))
        #expect(array.type == .float32 && array.shape == [2, 3] && array.count == 6)
        #expect(array.floats().array == [1, 2, 3, 4, 5, 6])
    }

    @Test(
        arguments: [
            ("<f2", "(2,)", [0x00, 0x3C, 0x01, 0x80], [1, -0x1p-24]),
            (">f2", "(2,)", [0x7B, 0xFF, 0x04, 0x00], [65504, 0x1p-14]),
            (">f4", "()", [0x3F, 0xC0, 0, 0], [1.5]),
            ("<f8", "(1, 1)", [0, 0, 0, 0, 0, 0, 0xF8, 0xBF], [-1.5]),
            ("|u1", "(3,)", [0, 1, 255], [0, 1, 255]),
            ("|i1", "(2,)", [0x80, 0x7F], [-128, 127]),
            ("|b1", "(2,)", [1, 0], [1, 0]),
            ("<u2", "(1,)", [1, 2], [513]),
            (">i2", "(1,)", [0xFF, 0xFE], [-2]),
            (">u4", "(1,)", [0x80, 0, 0, 1], [2_147_483_649]),
            ("<i4", "(1,)", [0xFF, 0xFF, 0xFF, 0xFF], [-1]),
            ("<i8", "(1,)", [0, 0, 0, 0, 1, 0, 0, 0], [4_294_967_296]),
            (">u8", "(1,)", [0, 0, 0, 0, 0, 0, 0, 9], [9]),
            ("<f4", "(0, 3)", [], []),
        ] as [(String, String, [UInt8], [Double])])
    func everyTypeReads(descriptor: String, shape: String, data: [UInt8], values: [Double]) throws {
        for version: UInt8 in 1...3 {
            let array = try NPYArray(npy(header(descriptor, shape), data, version: version))
            #expect(array.doubles().array == values)
            #expect(array.floats().array == values.map { Float($0) })
            if descriptor.contains("f") {
                #expect(throws: FathomError.self) { try array.integers() }
            } else {
                #expect(try array.integers().array == values.map { Int($0) })
            }
        }
    }

    @Test func fortranOrderIsTurned() throws {
        // element (i, j, k) of a 2×3×2 array has the value i + 2 j + 6 k
        let array = try NPYArray(npy(header(">u2", "(2, 3, 2)", fortran: true), (0..<12).flatMap { [UInt8(0), UInt8($0)] }))
        #expect(try array.integers().array == [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
    }

    @Test(arguments: [
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "cannot be understood"),
        ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "holds elements of type \"<c8\""),
        ("{'descr': '=f4', 'fortran_order': False, 'shape': (1,)}", "holds elements of type \"=f4\""),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "asks for another number"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "cannot be understood"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "more elements than can be counted"),
        ("{'descr': '<f4', 'fortran_order': False}", "cannot be understood"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "cannot be understood"),
    ])
    func otherHeadersAreRefused(header: String, complaint: String) {
        let error = #expect(throws: FathomError.self) { try NPYArray(npy(header, [0, 0, 0, 0])) }
        #expect(error?.code == .inputInvalid)
        #expect(error?.message.contains(complaint) == true, "\(error?.message ?? "")")
    }

    @Test func archivesHoldNamedArrays() throws {
        let folder = try TemporaryFolder()
        let writer = try NPZWriter(path: folder.file("depths.npz"))
        try writer.begin("depths", Float.self, shape: [3, 2, 2])
        for frame in 0..<3 { try writer.append(Buffer((0..<4).map { Float(4 * frame + $0) })) }
        try writer.end()
        try writer.add("times", Buffer<Double>([0, 0.5, 1]), shape: [3])
        try writer.finish()
        let reader = try NPZReader(path: folder.file("depths.npz"))
        #expect(reader.names == ["depths", "times"])
        let depths = try reader.array("depths")
        #expect(depths.shape == [3, 2, 2])
        #expect(depths.floats().array == (0..<12).map { Float($0) })
        #expect(try reader.array("times").doubles().array == [0, 0.5, 1])
        let slices = try reader.slices("depths")
        #expect(slices.count == 3 && slices.shape == [2, 2])
        #expect(try slices[2].floats().array == [8, 9, 10, 11])
        #expect(try slices[0].shape == [2, 2])
        let missing = #expect(throws: FathomError.self) { try reader.array("depth") }
        #expect(missing?.remedy == "it holds depths, times")
    }

    @Test func damageIsRefusedOrRead() throws {
        let folder = try TemporaryFolder()
        try NPYWriter.write(Buffer<Int32>((0..<20).map { $0 }), shape: [4, 5], to: folder.file("a.npy"))
        let bytes = try FileSystem.read(folder.file("a.npy"))
        for damaged in Mutator.mutations(of: bytes, count: 3000) {
            do {
                let array = try NPYArray(InputFile(bytes: damaged, name: "a.npy"))
                #expect(array.doubles().count == array.shape.reduce(1, *))
            } catch {
                #expect((error as? FathomError)?.code == .inputInvalid, "\(error)")
            }
        }
        for short in Mutator.truncations(of: bytes) {
            #expect(throws: FathomError.self) { try NPYArray(InputFile(bytes: short, name: "a.npy")) }
        }
    }
}
