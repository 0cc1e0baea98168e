/// A plain struct of options with defaults, described once by its schema.
///
///     struct MVSOptions: OptionGroup {
///         var views = 4
///         var search = Search.photometric
///
///         static let schema = OptionSchema<Self>("Depth maps", [
///             Option("views", \.views, "source views per reference view", range: .within(1...32)),
///             Option("search", \.search, "how depths are searched"),
///         ])
///     }
public protocol OptionGroup: Sendable {
    /// The defaults.
    init()
    /// Checks what ranges of single options cannot say.
    ///
    /// - Throws: `usage`.
    func validate() throws
    static var schema: OptionSchema<Self> { get }
}

extension OptionGroup {
    public func validate() throws {}

    /// Every option by its key, in the order of the schema.
    public var json: JSONObject {
        JSONObject(Self.schema.options.map { ($0.key, $0.json(self)) })
    }

    /// Sets one option by its flag name (without dashes) or key.
    ///
    /// - Throws: `usage` for an unknown name or a refused value.
    public mutating func set(_ name: String, to text: String) throws {
        guard let option = Self.schema.options.first(where: { $0.flag == name || $0.key == name }) else {
            throw Self.unknown(name, among: Self.schema.options.map(\.flag))
        }
        try set(option, to: text, isRepeated: false)
    }

    /// Sets one option by its key.
    ///
    /// - Throws: `usage` for an unknown key or a refused value.
    public mutating func set(_ key: String, to value: JSONValue) throws {
        guard let option = Self.schema.options.first(where: { $0.key == key }) else {
            throw Self.unknown(key, among: Self.schema.options.map(\.key))
        }
        do {
            try option.setJSON(&self, value)
        } catch let refusal as OptionRefusal {
            throw FathomError(.usage, refusal.message, remedy: refusal.remedy, at: option.key)
        }
    }

    /// Sets every option named by the members of a JSON object, such as the `params` of a graph node.
    ///
    /// - Throws: the error class of the document, at the member that is unknown or refused.
    public mutating func set(members node: JSONNode) throws {
        try node.checkKeys(Self.schema.options.map(\.key))
        for (key, member) in try node.members() {
            do {
                try set(key, to: member.value)
            } catch let error as FathomError {
                let meaning = Self.schema.descriptions().first { $0.key == key }.map { "\(key) is: \($0.sentence)" }
                throw member.error(error.message, remedy: error.remedy ?? meaning)
            }
        }
    }

    mutating func set(_ option: Option<Self>, to text: String, isRepeated: Bool) throws {
        do {
            try option.setText(&self, text, isRepeated)
        } catch let refusal as OptionRefusal {
            throw FathomError(.usage, refusal.message, remedy: refusal.remedy, at: "--\(option.flag)")
        }
    }

    private static func unknown(_ name: String, among names: [String]) -> FathomError {
        let remedy = nearest(to: name, in: names).map { "did you mean \"\($0)\"?" }
        return FathomError(
            .usage, "there is no option \"\(name)\"", remedy: remedy ?? "options are \(names.joined(separator: ", "))")
    }
}

/// The options of a group under one heading.
public struct OptionSchema<Group: OptionGroup>: Sendable {
    /// Heading in help.
    public let title: String
    public let options: [Option<Group>]

    /// - Precondition: keys, flags and short flags are unique.
    public init(_ title: String, _ options: [Option<Group>]) {
        self.title = title
        self.options = options
        let flags = options.flatMap { $0.kind.name == .flag ? [$0.flag, "no-\($0.flag)"] : [$0.flag] }
        precondition(Set(flags).count == flags.count, "two options of \(Group.self) share a flag")
        let shorts = options.compactMap(\.short)
        precondition(Set(shorts).count == shorts.count, "two options of \(Group.self) share a short flag")
    }

    /// What help says about each option, with the values of `defaults` as defaults.
    public func descriptions(defaults: Group = Group()) -> [OptionDescription] {
        options.map { option in
            OptionDescription(
                key: option.key, flag: option.flag, short: option.short, help: option.help, unit: option.unit,
                range: option.range,
                kind: option.kind, defaultValue: option.json(defaults), defaultText: option.text(defaults))
        }
    }
}
