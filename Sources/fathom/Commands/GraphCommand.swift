import FathomCore
import FathomPipeline

/// What every command that runs a graph does: run, then tell what was written and measured.
enum GraphCommand {
    /// - Parameter name: what the default output folder is named after.
    static func run(
        _ plan: Plan, inputs: [String: InputBinding], name: String, _ arguments: ParsedCommand, _ session: Session
    ) throws -> CommandResult {
        let output: OutputFlags = arguments.options()
        let memory: MemoryFlags = arguments.options()
        let folder = output.folder(command: session.command, input: name)
        let report = try GraphRunner.run(
            plan, inputs: inputs, into: folder, command: CommandLine.arguments, memoryLimit: memory.ram?.bytes,
            progress: session.progress)
        return CommandResult(
            text: text(report, folder), outputs: report.outputs, figures: report.figures, peakBytes: report.peakBytes)
    }

    private static func text(_ report: RunReport, _ folder: String) -> String {
        var text = ""
        for (name, value) in report.figures { text += "\(name): \(JSONValue(number: value).text())\n" }
        return text + "\(folder): done in \(report.seconds.secondsText), peak memory \(MemorySize(bytes: report.peakBytes))\n"
    }
}
