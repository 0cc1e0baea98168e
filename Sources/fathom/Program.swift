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
        DepthCommand.self, VideoCommand.self, MVSCommand.self, MeshCommand.self, FitCommand.self, RenderCommand.self,
        RunCommand.self,
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
            case .print(let text): return print(text, Session(refused: request), status: ExitStatus.ok)
            case .run(let parsed): return run(parsed)
            }
        } catch {
            return fail(error, Session(refused: request))
        }
    }

    private static func run(_ parsed: ParsedCommand) -> Int32 {
        let session = Session(parsed)
        do {
            guard let subcommand = subcommands.first(where: { $0.command.name == parsed.command.name }) else {
                throw FathomError(.bug, "the command \(parsed.command.name) is listed but has no code")
            }
            let result = try subcommand.run(parsed, session)
            return print(
                session.isJSON ? session.json(result) : result.text, session,
                status: result.failures.isEmpty ? ExitStatus.ok : ExitStatus.someItemsFailed)
        } catch {
            return fail(error, session)
        }
    }

    /// Tells why a command failed and returns the exit status.
    private static func fail(_ error: any Error, _ session: Session) -> Int32 {
        let known =
            error as? FathomError
            ?? FathomError(.bug, "unexpected error: \(error)", remedy: "please report it with the command line")
        session.progress.fail(known)
        let status = ExitStatus.of(known)
        return session.isJSON ? print(session.json(failure: known), session, status: status) : status
    }

    /// Prints all that a command has to say; a reader that has gone away is no error.
    ///
    /// - Returns: `status`, or that of a failure to print what a command that succeeded has to say.
    private static func print(_ text: String, _ session: Session, status: Int32) -> Int32 {
        do {
            try write(text)
            return status
        } catch {
            session.progress.fail(error)
            return [ExitStatus.ok, ExitStatus.someItemsFailed].contains(status) ? ExitStatus.of(error) : status
        }
    }

    /// Writes `text` to standard output and closes it, as some disks tell only then that they are full.
    private static func write(_ text: String) throws(FathomError) {
        var text = text
        let isWhole = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
                if written < 0 && errno == EINTR { continue }
                if written < 0 { return errno == EPIPE }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
            return bytes.isEmpty || close(STDOUT_FILENO) == 0
        }
        if !isWhole { throw FileSystem.unwritable("standard output") }
    }
}
