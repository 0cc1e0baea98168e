import FathomCore
import FathomGraph
import FathomPipeline

/// `fathom version`.
enum VersionCommand: Subcommand {
    static let command = Command("version", "print the version", groups: [GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        CommandResult(text: "fathom \(Fathom.version)\n", items: [["version": .string(Fathom.version)]])
    }
}
