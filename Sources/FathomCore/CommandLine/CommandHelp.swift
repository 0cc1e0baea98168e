extension Command {
    var helpHint: String { "see \(name) --help" }

    /// Help for a terminal: usage, positional arguments, options by group; at most 100 columns.
    public func help(program: String) -> String {
        let usage = [program, name] + positionals.map(\.usage) + (groups.isEmpty ? [] : ["[options]"])
        var text = usage.joined(separator: " ") + "\n\n" + HelpLayout.wrapped(summary, indent: 0) + "\n"
        if !discussion.isEmpty {
            for paragraph in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
                text += "\n" + HelpLayout.wrapped(String(paragraph), indent: 0)
            }
            text += "\n"
        }
        if !positionals.isEmpty {
            text += "\n"
            for positional in positionals { text += HelpLayout.entry(positional.usage, positional.help) }
        }
        for group in groups {
            text += "\n\(Self.title(group)):\n"
            for option in Self.descriptions(group) { text += HelpLayout.entry(option.usage, option.sentence) }
        }
        return text
    }

    /// The same help for programs.
    public var helpJSON: JSONValue {
        let arguments = positionals.map { positional -> JSONValue in
            let most: JSONValue = positional.count.upperBound == .max ? .null : .int(positional.count.upperBound)
            return [
                "name": .string(positional.name), "help": .string(positional.help), "min": .int(positional.count.lowerBound),
                "max": most,
            ]
        }
        let options = groups.map { group -> JSONValue in
            ["title": .string(Self.title(group)), "options": .array(Self.descriptions(group).map(\.json))]
        }
        return [
            "name": .string(name), "summary": .string(summary), "discussion": .string(discussion),
            "arguments": .array(arguments), "groups": .array(options),
        ]
    }
}
