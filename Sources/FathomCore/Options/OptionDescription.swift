/// Everything help says about one option.
public struct OptionDescription: Sendable, Equatable {
    public var key: String
    public var flag: String
    public var short: Character?
    public var help: String
    public var unit: String?
    public var range: String?
    public var kind: OptionKind
    public var defaultValue: JSONValue
    public var defaultText: String

    /// The flag as it is typed: `-o, --output DIR`, `--[no-]frames`.
    public var usage: String {
        let start = short.map { "-\($0), " } ?? ""
        if kind.name == .flag { return start + (defaultValue == .bool(true) ? "--[no-]\(flag)" : "--\(flag)") }
        return "\(start)--\(flag) \(kind.placeholder)"
    }

    /// Help, then unit, range and default in parentheses.
    public var sentence: String {
        var facts: [String] = []
        if let unit { facts.append(unit) }
        if let range { facts.append(range) }
        if kind.name == .list { facts.append("may be repeated") }
        switch defaultValue {
        case .bool(false), .array([]): break
        case .bool(true): facts.append("default on")
        default: if !defaultText.isEmpty { facts.append("default \(defaultText)") }
        }
        return facts.isEmpty ? help : "\(help) (\(facts.joined(separator: "; ")))"
    }

    /// The description for `--help --json`.
    public var json: JSONValue {
        var object: JSONObject = ["key": .string(key), "flag": .string("--\(flag)")]
        if let short { object["short"] = .string("-\(short)") }
        object["kind"] = .string(kind.name.rawValue)
        if !kind.placeholder.isEmpty { object["placeholder"] = .string(kind.placeholder) }
        if !kind.choices.isEmpty { object["choices"] = .array(kind.choices.map { .string($0) }) }
        object["help"] = .string(help)
        if let unit { object["unit"] = .string(unit) }
        if let range { object["range"] = .string(range) }
        object["default"] = defaultValue
        return .object(object)
    }
}
