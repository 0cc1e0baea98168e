import FathomCore

/// Follows the instructions of a pickle as far as tensors need them (Python's `pickletools` lists all, protocols 2 to 5).
///
/// There is no instruction here that could import, call or make anything; a name that is not in `TorchGlobal` ends the
/// reading. Every instruction is read once and costs no more than its own bytes, so that a small file stays cheap.
struct PickleReader {
    private let name: String
    private var fields: LittleEndianBytes
    private var pickle = Pickle()
    private var stack: [Pickle.Value] = []
    /// Heights of the stack at open marks.
    private var marks: [Int] = []
    private var memo: [Int: Pickle.Value] = [:]

    /// More instructions than this are refused; published networks have some ten thousand.
    private static let stepLimit = 1 << 20

    /// Bytes of a storage's key, a number in decimal digits; it is looked up for every tensor.
    private static let storageKeyLimit = 64

    /// Reads the pickle that begins at `start`.
    ///
    /// - Parameter name: what errors call the file.
    static func read(_ bytes: [UInt8], from start: Int = 0, name: String) throws -> Pickle {
        var reader = PickleReader(name: name, fields: LittleEndianBytes(bytes, from: start))
        for _ in 0..<stepLimit {
            if try !reader.step() { return reader.pickle }
        }
        throw reader.invalid("has a pickle of more than \(stepLimit) instructions")
    }

    private init(name: String, fields: LittleEndianBytes) {
        self.name = name
        self.fields = fields
    }

    private func invalid(_ what: String) -> FathomError {
        FathomError(.inputInvalid, what, at: name)
    }

    private var damaged: FathomError { invalid("has a damaged pickle at byte \(fields.position)") }

    // MARK: Instructions

    /// Follows one instruction; false after the last.
    private mutating func step() throws -> Bool {
        let code = try number(UInt8.self)
        switch code {
        case 0x80: guard (2...5).contains(try number(UInt8.self)) else { throw damaged }
        case 0x95: _ = try number(UInt64.self)  // FRAME
        case UInt8(ascii: "."):
            pickle.root = try pop()
            pickle.end = fields.position
            return false
        case UInt8(ascii: "("): marks.append(stack.count)

        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.bool(true))
        case 0x89: stack.append(.bool(false))
        case UInt8(ascii: "J"): stack.append(.int(Int(try number(Int32.self))))
        case UInt8(ascii: "K"): stack.append(.int(Int(try number(UInt8.self))))
        case UInt8(ascii: "M"): stack.append(.int(Int(try number(UInt16.self))))
        case 0x8A: stack.append(.int(try longInteger()))
        case UInt8(ascii: "G"):
            _ = try number(UInt64.self)
            stack.append(.real)
        case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.text(try text(count: Int(number(UInt32.self)))))
        case UInt8(ascii: "U"), 0x8C: stack.append(.text(try text(count: Int(number(UInt8.self)))))
        case 0x8D: stack.append(.text(try text(count: Int(clamping: number(UInt64.self)))))

        case UInt8(ascii: "]"), UInt8(ascii: ")"): pushSequence([])
        case UInt8(ascii: "t"): pushSequence(try popToMark())
        case 0x85...0x87: pushSequence(try pop(Int(code) - 0x84))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "}"): pushDictionary()
        case UInt8(ascii: "s"): try setItems(try pop(2))
        case UInt8(ascii: "u"): try setItems(try popToMark())

        case UInt8(ascii: "q"): try remember(Int(number(UInt8.self)))
        case UInt8(ascii: "r"): try remember(Int(number(UInt32.self)))
        case 0x94: try remember(memo.count)
        case UInt8(ascii: "h"): try recall(Int(number(UInt8.self)))
        case UInt8(ascii: "j"): try recall(Int(number(UInt32.self)))

        case UInt8(ascii: "c"): try pushGlobal(module: try line(), try line())
        case 0x93:
            let names = try pop(2)
            guard let module = names[0].text, let name = names[1].text else { throw damaged }
            try pushGlobal(module: module, name)
        case UInt8(ascii: "Q"): try pushStorage()
        case UInt8(ascii: "R"): try rebuild()
        case UInt8(ascii: "b"):
            // Attributes of a dictionary, such as the versions of the layers.
            _ = try pop()
            guard case .dictionary? = stack.last else { throw damaged }
        default:
            let hex = String(code, radix: 16)
            throw invalid("has the pickle instruction 0x\(hex) at byte \(fields.position - 1), which no tensor needs")
        }
        return true
    }

    private mutating func pushSequence(_ values: [Pickle.Value]) {
        stack.append(.sequence(pickle.sequences.count))
        pickle.sequences.append(values)
    }

    private mutating func pushDictionary() {
        stack.append(.dictionary(pickle.dictionaries.count))
        pickle.dictionaries.append([])
    }

    private mutating func append(_ values: [Pickle.Value]) throws {
        guard case .sequence(let index)? = stack.last else { throw damaged }
        pickle.sequences[index] += values
    }

    private mutating func setItems(_ values: [Pickle.Value]) throws {
        guard case .dictionary(let index)? = stack.last, values.count % 2 == 0 else { throw damaged }
        for place in stride(from: 0, to: values.count, by: 2) {
            pickle.dictionaries[index].append((values[place], values[place + 1]))
        }
    }

    private mutating func remember(_ index: Int) throws {
        guard let top = stack.last else { throw damaged }
        memo[index] = top
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memo[index] else { throw damaged }
        stack.append(value)
    }

    private mutating func pushGlobal(module: String, _ name: String) throws {
        guard let global = TorchGlobal(module: module, name: name) else {
            throw FathomError(
                .inputInvalid, "asks for \("\(module).\(name)".quoted), which no tensor needs; nothing of it was executed",
                remedy: "use a file that holds tensors only", at: self.name)
        }
        stack.append(.global(global))
    }

    /// A storage is a persistent object: ("storage", its type, its key, its device, its number of elements); files of old
    /// add whether it is a view of another one, which only ancient ones have.
    private mutating func pushStorage() throws {
        guard let parts = pickle.elements(try pop()), parts.count == 5 || parts.count == 6, parts[0].text == "storage",
            case .global(.storage(let type)) = parts[1], let key = parts[2].text, key.utf8.count <= Self.storageKeyLimit
        else { throw damaged }
        if parts.count == 6 {
            guard case .none = parts[5] else { throw invalid("has a storage that is a view of another one") }
        }
        stack.append(.storage(pickle.storages.count))
        pickle.storages.append(TorchStorage(type: type, key: key))
    }

    /// What a call of one of the allowed names stands for.
    private mutating func rebuild() throws {
        guard let arguments = pickle.elements(try pop()), case .global(let global) = try pop() else { throw damaged }
        switch global {
        case .orderedDictionary where arguments.isEmpty: pushDictionary()
        case .rebuildTensor:
            guard arguments.count >= 4, case .storage(let index) = arguments[0], let offset = arguments[1].int,
                let shape = pickle.integers(arguments[2], limit: StoredTensor.dimensionLimit),
                let strides = pickle.integers(arguments[3], limit: StoredTensor.dimensionLimit)
            else { throw damaged }
            stack.append(.tensor(pickle.tensors.count))
            pickle.tensors.append(
                TorchTensor(storage: pickle.storages[index], offset: offset, shape: shape, strides: strides))
        case .rebuildParameter:
            guard case .tensor? = arguments.first else { throw damaged }
            stack.append(arguments[0])
        default: throw damaged
        }
    }

    // MARK: Operands

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws -> Number {
        guard let value = fields.next(Number.self) else { throw invalid("ends within its pickle") }
        return value
    }

    /// An integer of a stated number of bytes, two's complement.
    private mutating func longInteger() throws -> Int {
        let count = Int(try number(UInt8.self))
        guard let bytes = fields.take(count) else { throw invalid("ends within its pickle") }
        guard count <= 8 else { throw invalid("has a number beyond 64 bits in its pickle") }
        let sign: Int = bytes.last.map { $0 & 0x80 == 0 ? 0 : -1 } ?? 0
        return bytes.reversed().reduce(sign) { $0 << 8 | Int($1) }
    }

    private mutating func text(count: Int) throws -> String {
        guard let bytes = fields.take(count) else { throw invalid("ends within its pickle") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw damaged }
        return text
    }

    /// Text up to the end of a line.
    private mutating func line() throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = try number(UInt8.self)
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw damaged }
        return text
    }

    private mutating func pop() throws -> Pickle.Value { try pop(1)[0] }

    /// The topmost values above the last mark, lowest first.
    private mutating func pop(_ count: Int) throws -> [Pickle.Value] {
        guard stack.count - (marks.last ?? 0) >= count else { throw damaged }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws -> [Pickle.Value] {
        guard let mark = marks.popLast() else { throw damaged }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }
}
