import FathomCore

/// A file of trained weights: `.safetensors`, or what `torch.save` writes (`.pth`, `.pt`), told apart by their content.
///
/// The file is mapped, and each tensor is read when it is asked for. Of a `.pth` file only the instructions that rebuild
/// tensors are followed; nothing in it is ever executed. Where every key begins with `module.`, as trainers for several
/// devices leave it, that prefix is dropped.
public struct Checkpoint: WeightSource {
    /// Texts that a safetensors file carries besides its tensors; empty for the other kinds.
    public let metadata: [String: String]
    public let shapes: [String: [Int]]
    private let tensors: [String: StoredTensor]
    private let file: MappedFile

    public var label: String { file.name }

    /// Headers and pickles beyond this size are refused; those of published networks have some 100 KB.
    static let headerLimit = 4 << 20

    /// Opens a file.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` (damaged, hostile, no checkpoint) or `io`.
    public init(path: String) throws {
        try self.init(MappedFile(path))
    }

    /// Reads a checkpoint in memory, without a copy.
    ///
    /// - Parameters:
    ///   - bytes: memory that stays valid and unchanged while the checkpoint and its copies exist.
    ///   - name: what errors call it.
    public init(bytes: UnsafeRawBufferPointer, name: String) throws {
        try self.init(MappedFile(bytes: bytes, name: name))
    }

    private init(_ file: MappedFile) throws {
        var metadata: [String: String] = [:]
        let named: [(key: String, tensor: StoredTensor)]
        let start = try file.withBytes(0..<min(16, file.size)) { Array($0) }
        if start.starts(with: TorchArchive.signature) {
            named = try TorchArchive.tensors(of: file)
        } else if TorchStream.begins(start) {
            named = try TorchStream.tensors(of: file)
        } else if SafetensorsHeader.begins(start) {
            let header = try SafetensorsHeader(file)
            named = header.tensors
            metadata = header.metadata
        } else {
            throw FathomError(
                .inputInvalid, "is neither a safetensors file nor one that torch.save wrote",
                remedy: "check that the download is complete", at: file.name)
        }
        if named.isEmpty { throw FathomError(.inputInvalid, "holds no tensors", at: file.name) }
        let prefix = named.allSatisfy { $0.key.hasPrefix("module.") } ? "module." : ""
        var tensors: [String: StoredTensor] = [:]
        for (key, tensor) in named {
            let key = String(key.dropFirst(prefix.count))
            if tensors.updateValue(tensor, forKey: key) != nil {
                throw FathomError(.inputInvalid, "holds two tensors called \(key.quoted)", at: file.name)
            }
        }
        self.file = file
        self.metadata = metadata
        self.tensors = tensors
        shapes = tensors.mapValues(\.shape)
    }

    public func floats(_ key: String) throws -> Buffer<Float> {
        guard let tensor = tensors[key] else { preconditionFailure("no tensor \(key)") }
        return try tensor.floats(in: file)
    }
}

extension String {
    /// The text as errors show text from files: in quotes, control characters escaped, at most 80 of them.
    var quoted: String {
        let start = unicodeScalars.prefix(80)
        return JSONValue.string(start.endIndex < endIndex ? String(start) + "…" : self).text()
    }
}
