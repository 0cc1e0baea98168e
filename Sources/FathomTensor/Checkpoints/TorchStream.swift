import FathomCore

/// What `torch.save` wrote before version 1.6, and still writes on request: five pickles one after another (a magic
/// number, the version, facts about the system, the objects, the order of the storages), then each storage with its number
/// of elements before it.
enum TorchStream {
    /// True where a file that starts with `bytes` is of this kind: the pickled magic number, under any protocol.
    static func begins(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 15 && bytes[0] == 0x80 && Array(bytes[2..<15]) == magic
    }

    /// LONG1, ten bytes, 0x1950a86a20f9469cfc6c; STOP.
    private static let magic: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, UInt8(ascii: "."),
    ]

    static func tensors(of file: MappedFile) throws -> [(key: String, tensor: StoredTensor)] {
        func invalid(_ what: String) -> FathomError { FathomError(.inputInvalid, what, at: file.name) }
        let bytes = try file.withBytes(0..<min(file.size, Checkpoint.headerLimit)) { Array($0) }
        let version = try PickleReader.read(bytes, from: 15, name: file.name)
        guard version.root.int == 1001 else { throw invalid("has a version of torch.save's format other than 1001") }
        let system = try PickleReader.read(bytes, from: version.end, name: file.name)
        guard case .bool(true)? = system.members(system.root)?.first(where: { $0.key == "little_endian" })?.value else {
            throw invalid("holds numbers whose highest byte comes first; only the other order can be read")
        }
        let objects = try PickleReader.read(bytes, from: system.end, name: file.name)
        let order = try PickleReader.read(bytes, from: objects.end, name: file.name)
        guard let named = objects.stateDictionary() else { throw invalid("holds no dictionary of tensors") }
        let ranges = try storages(objects, order, in: file)
        return try TorchTensor.locate(named, in: file) { storage in
            guard let range = ranges[storage.key] else {
                throw FathomError(.inputInvalid, "its storage \(storage.key.quoted) is missing")
            }
            return range
        }
    }

    /// Where each storage lies in the file, by its key.
    private static func storages(_ objects: Pickle, _ order: Pickle, in file: MappedFile) throws -> [String: Range<Int>] {
        func invalid(_ what: String) -> FathomError { FathomError(.inputInvalid, what, at: file.name) }
        let types = Dictionary(objects.storages.map { ($0.key, $0.type) }, uniquingKeysWith: { first, _ in first })
        var ranges: [String: Range<Int>] = [:]
        var position = order.end
        for key in order.elements(order.root)?.map(\.text) ?? [] {
            guard let key, let type = types[key], ranges[key] == nil else { throw invalid("has a damaged list of storages") }
            guard file.size - position >= 8 else { throw invalid("ends before its storage \(key.quoted)") }
            var field = LittleEndianBytes(try file.withBytes(position..<position + 8) { Array($0) })
            position += 8
            guard let count = field.next(UInt64.self).flatMap({ Int(exactly: $0) }),
                count <= (file.size - position) / type.size
            else { throw invalid("ends within its storage \(key.quoted)") }
            ranges[key] = position..<position + count * type.size
            position += count * type.size
        }
        return ranges
    }
}
