import FathomCore
import FathomGraph
import FathomPipeline

#if canImport(Glibc)
import Glibc
#endif

/// One command: its description and the one call behind it.
protocol Subcommand: Sendable {
    static var command: Command { get }
    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult
}

/// The command line: picks the command, prints what came of it, and turns errors into one sentence and an exit status.
enum Program {
    static let subcommands: [any Subcommand.Type] = [
        DepthCommand.self, VideoCommand.self, MVSCommand.self, MeshCommand.self, RenderCommand.self, RunCommand.self,
        BatchCommand.self, SubmitCommand.self, SynthCommand.self, InspectCommand.self, EvalCommand.self,
        ConvertCommand.self, ModelsCommand.self, CacheCommand.self, BenchCommand.self, DoctorCommand.self, VersionCommand.self,
    ]

    static let commands = CommandSet(
        "fathom", version: Fathom.version, "Turns videos into depth and photos with known poses into meshes, on an ordinary CPU.",
        commands: subcommands.map { $0.command })

    /// Runs the program with `arguments` (without its name) and returns the exit status.
    static func run(_ arguments: [String]) -> Int32 {
        let request = arguments.first == "help" ? arguments.dropFirst() + ["--help"] : arguments
        do {
            switch try commands.parse(request) {
            case .print(let text):
                write(text, to: STDOUT_FILENO)
                return ExitStatus.ok
            case .run(let parsed):
                return run(parsed)
            }
        } catch {
            write("fathom: \(error)\n", to: STDERR_FILENO)
            return ExitStatus.of(error)
        }
    }

    private static func run(_ parsed: ParsedCommand) -> Int32 {
        let session = Session(parsed)
        do {
            guard let subcommand = subcommands.first(where: { $0.command.name == parsed.command.name }) else {
                throw FathomError(.bug, "the command \(parsed.command.name) is listed but has no code")
            }
            let result = try subcommand.run(parsed, session)
            write(session.isJSON ? session.json(result) : result.text, to: STDOUT_FILENO)
            return result.failures.isEmpty ? ExitStatus.ok : ExitStatus.someItemsFailed
        } catch {
            let known =
                error as? FathomError
                ?? FathomError(.bug, "unexpected error: \(error)", remedy: "please report it with the command line")
            session.progress.fail(known)
            if session.isJSON { write(session.json(failure: known), to: STDOUT_FILENO) }
            return ExitStatus.of(known)
        }
    }

    /// Writes all of `text`; a reader that has gone away is no error.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
