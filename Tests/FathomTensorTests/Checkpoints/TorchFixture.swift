import FathomCore
import FathomTensor
import FathomTestSupport

/// Small files as `torch.save` writes them, from a pickle of our choice.
enum TorchFixture {
    /// An archive with the pickle and the storages "0", "1", ….
    static func archive(_ pickle: [UInt8], storages: [[UInt8]] = [], order: String? = "little", compress: Bool = false) throws
        -> [UInt8]
    {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.pth"))
        try writer.add("a/data.pkl", pickle)
        if let order { try writer.add("a/byteorder", Array(order.utf8), compress: false) }
        for (index, bytes) in storages.enumerated() { try writer.add("a/data/\(index)", bytes, compress: compress) }
        try writer.finish()
        return try FileSystem.read(folder.file("a.pth"))
    }

    /// A file of before version 1.6 with the pickle and the storage "0".
    static func stream(_ pickle: [UInt8], storage: [Float], littleEndian: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19] + ascii(".")
        bytes += [0x80, 2] + integer(1001) + ascii(".")
        bytes += [0x80, 2] + ascii("}") + text("little_endian") + [littleEndian ? 0x88 : 0x89] + ascii("s.")
        bytes += pickle + [0x80, 2] + ascii("]") + text("0") + ascii("a.")
        bytes.append(littleEndian: UInt64(storage.count))
        return bytes + floats(storage)
    }

    /// A pickle {key: tensor} of one float tensor in storage "0".
    static func pickle(key: String = "w", shape: [Int], strides: [Int], offset: Int = 0, count: Int) -> [UInt8] {
        [0x80, 2] + ascii("}") + text(key) + rebuild(shape: shape, strides: strides, offset: offset, count: count) + ascii("s.")
    }

    /// The call of `_rebuild_tensor_v2`.
    static func rebuild(shape: [Int], strides: [Int], offset: Int = 0, count: Int) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2") + ascii("((") + text("storage") + global("torch", "FloatStorage") + text("0")
            + text("cpu") + integer(count) + ascii("tQ") + integer(offset) + tuple(shape) + tuple(strides) + [0x89]
            + global("collections", "OrderedDict") + ascii(")RtR")
    }

    static func global(_ module: String, _ name: String) -> [UInt8] { ascii("c\(module)\n\(name)\n") }
    static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func text(_ text: String) -> [UInt8] {
        var bytes = ascii("X")
        bytes.append(littleEndian: UInt32(text.utf8.count))
        return bytes + ascii(text)
    }

    static func integer(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x8A, 8]
        bytes.append(littleEndian: value)
        return bytes
    }

    static func tuple(_ values: [Int]) -> [UInt8] { ascii("(") + values.flatMap(integer) + ascii("t") }

    static func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
}

extension Checkpoint {
    /// Calls `body` with the checkpoint in `bytes`.
    static func with<Result>(_ bytes: [UInt8], _ body: (Checkpoint) throws -> Result) throws -> Result {
        try bytes.withUnsafeBytes { try body(Checkpoint(bytes: $0, name: "file")) }
    }
}
