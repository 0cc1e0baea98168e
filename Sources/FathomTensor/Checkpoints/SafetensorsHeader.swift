import FathomCore

/// The header of a safetensors file: eight bytes of length, then a JSON object that gives each tensor's type, shape and
/// place; the tensors' bytes follow without gaps.
struct SafetensorsHeader {
    let tensors: [(key: String, tensor: StoredTensor)]
    let metadata: [String: String]

    /// True where a file that starts with `bytes` can only be safetensors.
    static func begins(_ bytes: [UInt8]) -> Bool {
        bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
    }

    init(_ file: MappedFile) throws {
        var length = LittleEndianBytes(try file.withBytes(0..<8) { Array($0) })
        guard let count = length.next(UInt64.self).flatMap({ Int(exactly: $0) }), count <= file.size - 8 else {
            throw FathomError(
                .inputInvalid, "is cut off: its header is longer than the file",
                remedy: "check that the download is complete", at: file.name)
        }
        guard count <= Checkpoint.headerLimit else {
            throw FathomError(
                .inputInvalid, "has a header of \(count) bytes; at most \(Checkpoint.headerLimit) are accepted", at: file.name)
        }
        let bytes = try file.withBytes(8..<8 + count) { Array($0) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FathomError(.inputInvalid, "has a header that is not UTF-8 text", at: file.name)
        }
        var metadata: [String: String] = [:]
        var tensors: [(key: String, tensor: StoredTensor)] = []
        for (key, node) in try JSONNode.parse(text, name: file.name, depth: 3).members() {
            guard key.utf8.count <= 1024, key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw FathomError(.inputInvalid, "has the unusable tensor name \(key.quoted)", at: file.name)
            }
            if key == "__metadata__" {
                for (name, value) in try node.members() { metadata[name] = try value.string() }
            } else {
                tensors.append((key, try Self.tensor(node, data: 8 + count..<file.size, in: file)))
            }
        }
        var end = 8 + count
        for range in tensors.map(\.tensor.range).sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if range.lowerBound != end {
                throw FathomError(.inputInvalid, "has tensors that overlap or leave gaps at byte \(end)", at: file.name)
            }
            end = range.upperBound
        }
        if end != file.size {
            throw FathomError(.inputInvalid, "has \(file.size - end) bytes after its last tensor", at: file.name)
        }
        self.tensors = tensors
        self.metadata = metadata
    }

    private static func tensor(_ node: JSONNode, data: Range<Int>, in file: MappedFile) throws -> StoredTensor {
        try node.checkKeys(["dtype", "shape", "data_offsets"])
        let name = try node.required("dtype").string()
        guard let type = StoredType(rawValue: name) else {
            let known = StoredType.allCases.map(\.rawValue).joined(separator: ", ")
            throw node.error("holds elements of type \(name.quoted); \(known) can be read")
        }
        let shape = try node.required("shape").elements().map { try $0.int() }
        let offsets = try node.required("data_offsets").elements().map { try $0.int() }
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= data.count else {
            throw node.error("its data_offsets do not lie inside the file", remedy: "check that the download is complete")
        }
        let storage = data.lowerBound + offsets[0]..<data.lowerBound + offsets[1]
        do {
            let tensor = try StoredTensor(type: type, shape: shape, storage: storage, in: file)
            if tensor.range == storage { return tensor }
        } catch let error as FathomError {
            throw node.error(error.message)
        }
        throw node.error("\(storage.count) bytes are given for the shape \(shape)")
    }
}
