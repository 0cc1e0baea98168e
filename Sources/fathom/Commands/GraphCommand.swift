import FathomCore
import FathomGraph
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
        let cache: CacheFlags = arguments.options()
        let shard: ShardFlags = arguments.options()
        let seed: SeedFlags = arguments.options()
        let part = try shard.shard()
        if part != nil, try cache.path() == nil {
            throw FathomError(
                .usage, "a shard leaves its results in the store, so there must be one",
                remedy: "name a folder that every shard sees, or leave out --shard", at: "--cache")
        }
        let report = try GraphRunner.run(
            plan, inputs: inputs, into: folder,
            options: RunOptions(
                command: CommandLine.arguments, memoryLimit: memory.ram?.bytes, cache: try cache.path(), shard: part,
                seed: seed.value),
            progress: session.progress)
        // Items without a result do not fail a task of an array: the run that writes the outputs tells them. One part is all.
        return CommandResult(
            text: text(report, folder), outputs: report.outputs, figures: report.figures,
            failures: part?.count ?? 1 == 1 ? report.failures : [], peakBytes: report.peakBytes)
    }

    /// The figures of each node on a line, then where everything is.
    private static func text(_ report: RunReport, _ folder: String) -> String {
        var lines: [(node: String, figures: [String])] = []
        for (name, value) in report.figures {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            if lines.last?.node != parts[0] { lines.append((parts[0], [])) }
            let words = parts[1].replacing("_", with: " ")
            lines[lines.count - 1].figures.append("\(words) \(Int(exactly: value).map(String.init) ?? value.fixed(4))")
        }
        let failures = report.failures.map { "\($0.error.located(at: $0.item))\n" }.joined()
        return lines.map { "\($0.node): \($0.figures.joined(separator: ", "))\n" }.joined()
            + "\(folder): done in \(report.seconds.secondsText), peak memory \(MemorySize(bytes: report.peakBytes))\n"
            + (report.failures.isEmpty ? "" : "without a result (\(report.failures.count)):\n" + failures)
    }
}
