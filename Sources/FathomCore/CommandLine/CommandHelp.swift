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

/// Two aligned columns, wrapped at 100.
enum HelpLayout {
    private static let width = 100
    private static let column = 30

    /// One entry: `usage` from column 2, `sentence` from column 30, on the next line if `usage` is too long.
    static func entry(_ usage: String, _ sentence: String) -> String {
        let start = "  " + usage
        let body = wrapped(sentence, indent: column)
        if start.count + 2 > column { return "\(start)\n\(body)\n" }
        return start + String(body.dropFirst(start.count)) + "\n"
    }

    /// `text` broken at spaces into lines of at most 100 columns, each indented.
    static func wrapped(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        for word in text.split(separator: " ") {
            let isFirst = line.count == indent
            if !isFirst && line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += isFirst ? String(word) : " \(word)"
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
