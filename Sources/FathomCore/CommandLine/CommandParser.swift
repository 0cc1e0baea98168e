extension Command {
    /// Understands the arguments that follow the command's name: `--flag value`, `--flag=value`, `--switch`,
    /// `--no-switch`, `-o value`, positional arguments, and `--` after which everything is positional.
    ///
    /// - Throws: `usage` for unknown or repeated flags, missing or refused values, too few or too many arguments, and
    ///   whatever `validate()` of a group finds.
    public func parse(_ arguments: [String]) throws -> ParsedCommand {
        var parser = CommandParser(command: self)
        return try parser.parse(arguments)
    }
}

private struct CommandParser {
    /// Where a flag leads.
    struct Target {
        var group: Int
        var option: Int
        /// The value of a switch; nil for flags that take one.
        var switchValue: Bool?
        var repeats: Bool
        var flag: String
    }

    let command: Command
    var groups: [any OptionGroup]
    var targets: [String: Target] = [:]
    var given: Set<String> = []
    var words: [String] = []

    init(command: Command) {
        self.command = command
        groups = command.groups
        for (group, options) in command.groups.enumerated() {
            for (index, option) in Command.descriptions(options).enumerated() {
                let isSwitch = option.kind.name == .flag
                var target = Target(
                    group: group, option: index, switchValue: isSwitch ? true : nil, repeats: option.kind.name == .list,
                    flag: option.flag)
                targets["--\(option.flag)"] = target
                if let short = option.short { targets["-\(short)"] = target }
                if isSwitch {
                    target.switchValue = false
                    targets["--no-\(option.flag)"] = target
                }
            }
        }
    }

    mutating func parse(_ arguments: [String]) throws -> ParsedCommand {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                break
            }
            if argument.hasPrefix("-") && argument != "-" {
                try flag(argument, &rest)
            } else {
                words.append(argument)
            }
        }
        let positionals = try assignPositionals()
        for group in groups { try group.validate() }
        return ParsedCommand(command: command, positionals: positionals, groups: groups, given: given)
    }

    private mutating func flag(_ argument: String, _ rest: inout ArraySlice<String>) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = argument.hasPrefix("--") ? String(parts[0]) : argument
        let inlineValue = argument.hasPrefix("--") && parts.count == 2 ? String(parts[1]) : nil
        guard let target = targets[name] else { throw unknown(name) }

        let isNew = given.insert(target.flag).inserted
        if !isNew && !target.repeats {
            throw FathomError(.usage, "given more than once", remedy: "give it once", at: name)
        }
        let text: String
        if let value = target.switchValue {
            if inlineValue != nil {
                let remedy = "say --\(target.flag) or --no-\(target.flag)"
                throw FathomError(.usage, "does not take a value", remedy: remedy, at: name)
            }
            text = value ? "true" : "false"
        } else if let inlineValue {
            text = inlineValue
        } else if let next = rest.first, !isFlag(next) {
            text = next
            rest.removeFirst()
        } else {
            throw FathomError(.usage, "needs a value", remedy: command.helpHint, at: name)
        }
        groups[target.group] = try setting(groups[target.group], option: target.option, to: text, isRepeated: !isNew)
    }

    /// True for what cannot be the value of the flag before it; a value that starts with a dash is written `--flag=-value`.
    private func isFlag(_ argument: String) -> Bool {
        guard argument.hasPrefix("-"), let second = argument.dropFirst().first else { return false }
        return !second.isNumber && second != "."
    }

    private func setting<Group: OptionGroup>(
        _ group: Group, option: Int, to text: String, isRepeated: Bool
    ) throws -> any OptionGroup {
        var copy = group
        try copy.set(Group.schema.options[option], to: text, isRepeated: isRepeated)
        return copy
    }

    private func unknown(_ name: String) -> FathomError {
        let near = nearest(to: name, in: targets.keys.sorted() + ["--help"])
        return FathomError(
            .usage, "\(command.name) has no option \(name)", remedy: near.map { "did you mean \($0)?" } ?? command.helpHint)
    }

    /// Gives each kind of positional argument as many words as it accepts, leaving enough for the kinds after it.
    private func assignPositionals() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        var rest = words[...]
        var reserved = command.positionals.reduce(0) { $0 + $1.count.lowerBound }
        for positional in command.positionals {
            reserved -= positional.count.lowerBound
            let wish = min(positional.count.upperBound, max(positional.count.lowerBound, rest.count - reserved))
            let count = min(wish, rest.count)
            if count < positional.count.lowerBound {
                let wanted = positional.count.lowerBound
                let message = wanted == 1 ? "\(positional.name) is missing" : "at least \(wanted) \(positional.name) are needed"
                throw FathomError(.usage, message, remedy: command.helpHint, at: command.name)
            }
            result[positional.name] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        if let extra = rest.first {
            throw FathomError(.usage, "\"\(extra)\" is one argument too many", remedy: command.helpHint, at: command.name)
        }
        return result
    }
}
