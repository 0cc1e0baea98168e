/// A program made of commands.
public struct CommandSet: Sendable {
    /// What a command line asks for.
    public enum Invocation: Sendable {
        case run(ParsedCommand)
        /// Text for standard output: help or the version.
        case print(String)
    }

    public let program: String
    public let version: String
    public let summary: String
    public let commands: [Command]

    /// - Precondition: names of commands are unique.
    public init(_ program: String, version: String, _ summary: String, commands: [Command]) {
        self.program = program
        self.version = version
        self.summary = summary
        self.commands = commands
        precondition(Set(commands.map(\.name)).count == commands.count, "two commands share a name")
    }

    /// Understands a command line without the program's name.
    ///
    /// `--help` (or `-h`) anywhere before `--` asks for help, with `--json` for programs; `--version` stands first.
    ///
    /// - Throws: `usage`.
    public func parse(_ arguments: [String]) throws -> Invocation {
        let flags = arguments.prefix { $0 != "--" }
        let wantsHelp = flags.contains("--help") || flags.contains("-h")
        guard let name = arguments.first, !name.hasPrefix("-") else {
            if wantsHelp { return .print(flags.contains("--json") ? helpJSON.text(pretty: true) + "\n" : help) }
            if arguments == ["--version"] { return .print("\(program) \(version)\n") }
            if let flag = arguments.first {
                throw FathomError(.usage, "a command must come before \(flag)", remedy: "see \(program) --help")
            }
            throw FathomError(.usage, "no command is given", remedy: "see \(program) --help")
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            let near = nearest(to: name, in: commands.map(\.name))
            let remedy = near.map { "did you mean \"\($0)\"?" } ?? "see \(program) --help"
            throw FathomError(.usage, "there is no command \"\(name)\"", remedy: remedy)
        }
        if wantsHelp {
            return .print(
                flags.contains("--json") ? command.helpJSON.text(pretty: true) + "\n" : command.help(program: program))
        }
        return .run(try command.parse(Array(arguments.dropFirst())))
    }

    /// The list of commands for a terminal.
    public var help: String {
        var text = "\(program) COMMAND [arguments] [options]\n\n\(HelpLayout.wrapped(summary, indent: 0))\n\n"
        for command in commands { text += HelpLayout.entry(command.name, command.summary) }
        return text + "\n\"\(program) COMMAND --help\" tells more; add --json for programs.\n"
    }

    /// Everything about every command, for programs.
    public var helpJSON: JSONValue {
        [
            "program": .string(program), "version": .string(version), "summary": .string(summary),
            "commands": .array(commands.map(\.helpJSON)),
        ]
    }
}
