/// One command of a program: its name, positional arguments and option groups.
public struct Command: Sendable {
    /// One kind of positional argument, such as `SCENE` or `IMAGE…`.
    public struct Positional: Sendable {
        public let name: String
        public let help: String
        /// How many are accepted.
        public let count: ClosedRange<Int>

        /// - Parameter count: exactly one unless given; an upper end of `Int.max` means any number.
        public init(_ name: String, _ help: String, count: ClosedRange<Int> = 1...1) {
            self.name = name
            self.help = help
            self.count = count
        }

        var usage: String {
            let text = count.upperBound > 1 ? "\(name)…" : name
            return count.lowerBound == 0 ? "[\(text)]" : text
        }
    }

    public let name: String
    /// One line for the list of commands.
    public let summary: String
    /// Paragraphs for the command's own help.
    public let discussion: String
    public let positionals: [Positional]
    /// One value per option group; its properties are the defaults of this command.
    public let groups: [any OptionGroup]

    /// - Precondition: flags are unique across the groups, and no flag is `help`.
    public init(
        _ name: String, _ summary: String, discussion: String = "", positionals: [Positional] = [], groups: [any OptionGroup]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals
        self.groups = groups
        let flags = groups.flatMap { Self.descriptions($0) }.flatMap { option in
            option.kind.name == .flag ? [option.flag, "no-\(option.flag)"] : [option.flag]
        }
        precondition(Set(flags + ["help"]).count == flags.count + 1, "two options of \(name) share a flag")
    }

    /// The options of one group, with that group's values as defaults.
    static func descriptions<Group: OptionGroup>(_ group: Group) -> [OptionDescription] {
        Group.schema.descriptions(defaults: group)
    }

    static func title<Group: OptionGroup>(_ group: Group) -> String { Group.schema.title }
}

/// A command line understood: the command, its positional arguments and its options.
public struct ParsedCommand: Sendable {
    public let command: Command
    let positionals: [String: [String]]
    let groups: [any OptionGroup]
    /// Flags (without dashes) that were given, as opposed to left at their defaults.
    public let given: Set<String>

    /// The positional arguments called `name`.
    public func arguments(_ name: String) -> [String] {
        guard let arguments = positionals[name] else { preconditionFailure("\(command.name) has no argument \(name)") }
        return arguments
    }

    /// The one positional argument called `name`.
    public func argument(_ name: String) -> String {
        let all = arguments(name)
        precondition(all.count == 1, "\(name) of \(command.name) is not a single argument")
        return all[0]
    }

    /// The options of one group, which the command must have.
    public func options<Group: OptionGroup>(_ type: Group.Type = Group.self) -> Group {
        guard let group: Group = optionsIfAny() else { preconditionFailure("\(command.name) has no options \(Group.self)") }
        return group
    }

    /// The options of one group; nil where the command has none of them.
    public func optionsIfAny<Group: OptionGroup>(_ type: Group.Type = Group.self) -> Group? {
        groups.lazy.compactMap { $0 as? Group }.first
    }

    /// The options of one group that were given, as words for another command line, with the values that `group` has.
    public func words<Group: OptionGroup>(for group: Group) -> [String] {
        Group.schema.options.filter { given.contains($0.flag) }.flatMap { $0.words(group) }
    }
}

extension Option {
    /// The words of a command line that set this option to the value it has in `group`.
    fileprivate func words(_ group: Group) -> [String] {
        switch (kind.name, json(group)) {
        case (.flag, let value): ["--\(value == .bool(true) ? "" : "no-")\(flag)"]
        case (.list, .array(let elements)):
            elements.compactMap { element in
                if case .string(let text) = element { "--\(flag)=\(text)" } else { nil }
            }
        default: ["--\(flag)=\(text(group))"]
        }
    }
}
