import FathomCore

/// What a pickle of tensors describes, without any of its objects having been made.
///
/// Lists and dictionaries live in two tables and refer to each other by index: a pickle that nests a million lists, or a
/// list in itself, is as harmless as a flat one.
struct Pickle {
    enum Value: Sendable {
        case none
        case bool(Bool)
        case int(Int)
        /// A real number; none is of use.
        case real
        case text(String)
        /// A tuple or a list.
        case sequence(Int)
        case dictionary(Int)
        case global(TorchGlobal)
        case storage(Int)
        case tensor(Int)
    }

    var root = Value.none
    var sequences: [[Value]] = []
    var dictionaries: [[(key: Value, value: Value)]] = []
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []
    /// Where the pickle ends in its bytes.
    var end = 0

    /// The elements of a tuple or list; nil for other values.
    func elements(_ value: Value) -> [Value]? {
        guard case .sequence(let index) = value else { return nil }
        return sequences[index]
    }

    /// The elements of a tuple or list of at most `limit` integers; nil for other values.
    func integers(_ value: Value, limit: Int) -> [Int]? {
        guard let elements = elements(value), elements.count <= limit else { return nil }
        let integers = elements.compactMap(\.int)
        return integers.count == elements.count ? integers : nil
    }

    /// The members of a dictionary whose keys are texts; nil for other values.
    func members(_ value: Value) -> [(key: String, value: Value)]? {
        guard case .dictionary(let index) = value else { return nil }
        return dictionaries[index].compactMap { member in member.key.text.map { ($0, member.value) } }
    }

    /// The tensors of a state dictionary: the pickled dictionary itself, or the one it holds as `state_dict` or `model`.
    ///
    /// Entries that are not tensors, such as counters of a training run, are left out; nil where there is no such dictionary.
    func stateDictionary() -> [(key: String, tensor: TorchTensor)]? {
        guard let outer = members(root) else { return nil }
        let inner = ["state_dict", "model", "model_state_dict", "latent_codes"].lazy.compactMap { name in
            outer.last { $0.key == name }
        }
        .compactMap { members($0.value) }.first
        for candidate in [outer, inner ?? []] {
            let named = candidate.compactMap { key, value -> (String, TorchTensor)? in
                guard case .tensor(let index) = value else { return nil }
                return (key, tensors[index])
            }
            if !named.isEmpty { return named }
        }
        return nil
    }
}

extension Pickle.Value {
    var int: Int? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    var text: String? {
        guard case .text(let value) = self else { return nil }
        return value
    }
}
