/// One option of a group: its property, names, help and accepted values.
///
/// The same description makes the flag, the graph parameter, help and documentation.
public struct Option<Group>: Sendable {
    /// Name in graphs and JSON: `inputSize`.
    public let key: String
    /// Name on the command line, without dashes: `input-size`.
    public let flag: String
    /// One-letter flag, such as `o` for `-o`.
    public let short: Character?
    /// One line, no capital at the start, no full stop.
    public let help: String
    /// Unit of the value: "px", "s", "scene units".
    public let unit: String?
    /// Accepted values in words.
    public let range: String?
    public let kind: OptionKind

    /// Sets the property from text; `isRepeated` when the flag was given before.
    let setText: @Sendable (inout Group, String, _ isRepeated: Bool) throws -> Void
    let setJSON: @Sendable (inout Group, JSONValue) throws -> Void
    let json: @Sendable (Group) -> JSONValue
    let text: @Sendable (Group) -> String

    /// An option that always has a value.
    public init<Value: OptionValue>(
        _ key: String, _ property: WritableKeyPath<Group, Value> & Sendable, _ help: String, unit: String? = nil,
        range: OptionRange<Value>? = nil, placeholder: String? = nil, short: Character? = nil
    ) {
        self.init(
            key: key, help: help, unit: unit, range: range?.text, kind: Value.optionKind, placeholder: placeholder, short: short,
            setText: { group, text, isRepeated in
                let value = try Value(optionText: text).checked(range)
                group[keyPath: property] = isRepeated ? group[keyPath: property].appending(value) : value
            },
            setJSON: { group, json in group[keyPath: property] = try Value(optionJSON: json).checked(range) },
            json: { $0[keyPath: property].optionJSON },
            text: { $0[keyPath: property].optionText })
    }

    /// An option that may have no value, JSON null; `absent` is the word for that, such as "auto", if users may say it.
    public init<Value: OptionValue>(
        _ key: String, _ property: WritableKeyPath<Group, Value?> & Sendable, _ help: String, unit: String? = nil,
        range: OptionRange<Value>? = nil, placeholder: String? = nil, short: Character? = nil, absent: String? = nil
    ) {
        self.init(
            key: key, help: help, unit: unit, range: range?.text, kind: Value.optionKind,
            placeholder: placeholder ?? Value.optionKind.placeholder + (absent.map { "|\($0)" } ?? ""), short: short,
            setText: { group, text, _ in
                group[keyPath: property] = text == absent ? nil : try Value(optionText: text).checked(range)
            },
            setJSON: { group, json in
                let isAbsent = json == .null || absent.map { json == .string($0) } ?? false
                group[keyPath: property] = isAbsent ? nil : try Value(optionJSON: json).checked(range)
            },
            json: { $0[keyPath: property]?.optionJSON ?? .null },
            text: { $0[keyPath: property]?.optionText ?? absent ?? "" })
    }

    /// An option with a syntax of its own, such as `MIN:MAX`; in JSON it is the same text.
    ///
    /// - Parameters:
    ///   - placeholder: the syntax.
    ///   - parse: nil for text that does not follow it.
    ///   - print: text that `parse` reads back.
    public init<Value: Sendable>(
        _ key: String, _ property: WritableKeyPath<Group, Value> & Sendable, _ help: String, unit: String? = nil,
        placeholder: String, short: Character? = nil, parse: @escaping @Sendable (String) -> Value?,
        print: @escaping @Sendable (Value) -> String
    ) {
        let read: @Sendable (String) throws -> Value = { text in
            guard let value = parse(text) else { throw OptionRefusal(message: "\"\(text)\" is not of the form \(placeholder)") }
            return value
        }
        self.init(
            key: key, help: help, unit: unit, range: nil, kind: OptionKind(name: .parsed, placeholder: placeholder),
            placeholder: nil, short: short,
            setText: { group, text, _ in group[keyPath: property] = try read(text) },
            setJSON: { group, json in group[keyPath: property] = try read(String(optionJSON: json)) },
            json: { .string(print($0[keyPath: property])) },
            text: { print($0[keyPath: property]) })
    }

    /// The same option of a group that holds this one's group, under another key if given.
    public func lifted<Outer>(
        through group: WritableKeyPath<Outer, Group> & Sendable, key: String? = nil
    ) -> Option<Outer> {
        let (setText, setJSON, json, text) = (setText, setJSON, json, text)
        return Option<Outer>(
            key: key ?? self.key, help: help, unit: unit, range: range, kind: kind, placeholder: nil, short: short,
            setText: { try setText(&$0[keyPath: group], $1, $2) }, setJSON: { try setJSON(&$0[keyPath: group], $1) },
            json: { json($0[keyPath: group]) }, text: { text($0[keyPath: group]) })
    }

    fileprivate init(
        key: String, help: String, unit: String?, range: String?, kind: OptionKind, placeholder: String?, short: Character?,
        setText: @escaping @Sendable (inout Group, String, Bool) throws -> Void,
        setJSON: @escaping @Sendable (inout Group, JSONValue) throws -> Void,
        json: @escaping @Sendable (Group) -> JSONValue, text: @escaping @Sendable (Group) -> String
    ) {
        self.key = key
        self.flag = key.kebabCased
        self.short = short
        self.help = help
        self.unit = unit
        self.range = range
        self.kind = OptionKind(name: kind.name, placeholder: placeholder ?? kind.placeholder, choices: kind.choices)
        self.setText = setText
        self.setJSON = setJSON
        self.json = json
        self.text = text
    }
}

extension OptionValue {
    fileprivate func checked(_ range: OptionRange<Self>?) throws -> Self {
        if let range, !range.contains(self) {
            throw OptionRefusal(message: "\(optionText) is out of range", remedy: "give a value in the range: \(range.text)")
        }
        return self
    }
}

extension String {
    /// `inputSize` as `input-size`; a run of capitals is one word.
    package var kebabCased: String {
        var result = ""
        var wasCapital = true
        for character in self {
            if character.isUppercase && !wasCapital { result += "-" }
            wasCapital = character.isUppercase
            result += character.lowercased()
        }
        return result
    }
}
