import FathomCore

/// The only names in a pickle that have a meaning here; every other one is refused.
enum TorchGlobal: Sendable, Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(StoredType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let type = Self.storages[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    private static let storages: [String: StoredType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "DoubleStorage": .float64,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
        "BoolStorage": .bool,
    ]
}

/// A run of numbers in a file of `torch.save` that tensors share.
struct TorchStorage: Sendable {
    let type: StoredType
    let key: String
}

/// A tensor as a pickle describes it: a view of a storage, nothing of it checked yet.
struct TorchTensor: Sendable {
    let storage: TorchStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]

    /// Finds the place of each tensor in `file` and checks it.
    ///
    /// - Parameter range: the bytes of a storage; its errors need no location.
    static func locate(
        _ named: [(key: String, tensor: TorchTensor)], in file: MappedFile, range: (TorchStorage) throws -> Range<Int>
    ) throws -> [(key: String, tensor: StoredTensor)] {
        try named.map { key, tensor in
            do {
                let stored = try StoredTensor(
                    type: tensor.storage.type, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
                    storage: range(tensor.storage), in: file)
                return (key, stored)
            } catch let error as FathomError {
                throw error.located(at: "\(file.name): \(key.quoted)")
            }
        }
    }
}
