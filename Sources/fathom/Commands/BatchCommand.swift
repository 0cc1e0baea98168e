import FathomCore
import FathomGraph
import FathomPipeline

/// `fathom batch GRAPH ITEM…`: a graph over many items.
enum BatchCommand: Subcommand {
    struct Options: OptionGroup {
        var item: String?
        var lists: [String] = []
        var tables: [String] = []
        var jobs = 1

        static let schema = OptionSchema<Self>(
            "Batch",
            [
                Option(
                    "item", \.item, "the graph's input that takes the items; without it the one left unbound", placeholder: "NAME"
                ),
                Option("list", \.lists, "text file with one item a line, relative to the file", placeholder: "FILE"),
                Option(
                    "items", \.tables, "file with one JSON object a line: item, and for it alone name, set and in",
                    placeholder: "FILE"),
                Option("jobs", \.jobs, "items at work at one time", range: .within(1...256)),
            ])
    }

    static let command = Command(
        "batch", "run a graph over many items",
        discussion: """
            Items are files, folders and patterns; - reads paths from standard input. Each gets a folder of its own below the \
            output folder; batch.json there tells how each stands. Items that fail are listed at the end, the others go on, and the \
            status is then 2. What is in the store is not computed again. See Docs/batch.md.
            """,
        positionals: [
            .init("GRAPH", "the graph file, or builtin:NAME"), .init("ITEM", "files, folders and patterns", count: 0...Int.max),
        ],
        groups: [
            Options(), BindingFlags(), SceneFlags(), PoseFlags(), FrameFlags(), OutputFlags(), ShardFlags(), CacheFlags(),
            MemoryFlags(), SeedFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let flags: BindingFlags = arguments.options()
        let scene: SceneFlags = arguments.options()
        let poses: PoseFlags = arguments.options()
        let frames: FrameFlags = arguments.options()
        let output: OutputFlags = arguments.options()
        let memory: MemoryFlags = arguments.options()
        let cache: CacheFlags = arguments.options()
        let shard: ShardFlags = arguments.options()
        let seed: SeedFlags = arguments.options()
        let path = arguments.argument("GRAPH")
        let runner = try BatchRunner(
            Graph.open(path), settings: flags.settings.map { try Planner.Setting($0) }, input: options.item,
            bindings: flags.bindings(scene, frames).mapValues(poses.applied),
            items: BatchItem.read(paths: arguments.arguments("ITEM"), lists: options.lists, tables: options.tables),
            options: BatchOptions(
                command: CommandLine.arguments, jobs: options.jobs, memoryLimit: memory.ram?.bytes, cache: cache.path(),
                shard: shard.shard(), seed: seed.value),
            registry: .standard
        ) { path in
            var binding = poses.applied(to: scene.binding(path))
            binding.frames = frames.frames
            return binding
        }
        let folder = output.folder(command: session.command, graph: path)
        let task = session.progress.begin("batch", total: runner.count, unit: "items")
        let results = try runner.run(into: folder) { result in
            session.progress.info(line(result))
            task.advance()
        }
        task.finish()
        return CommandResult(
            text: text(results, folder), outputs: [(runner.recordName, folder.appendingPath(runner.recordName))],
            figures: results.counts.map { ("items.\($0.status.rawValue)", Double($0.count)) }, items: results.map(\.json),
            failures: results.filter { !$0.failures.isEmpty }.map(failure))
    }

    /// An item that has ended, on one line.
    private static func line(_ result: BatchResult) -> String {
        let seconds = result.seconds.map { " in \($0.secondsText)" } ?? ""
        return "\(result.item.name): \(result.status.rawValue)\(seconds)"
    }

    private static func failure(_ result: BatchResult) -> ItemFailure {
        guard result.status == .partial else { return result.failures[0] }
        let count = result.failures.count
        return ItemFailure(
            item: result.item.path,
            error: FathomError(.stageFailed, "\(count) of its parts have no result", remedy: "see run.json in its folder"))
    }

    /// The failures as a table, then how many items ended how.
    private static func text(_ results: [BatchResult], _ folder: String) -> String {
        let failed = results.filter { !$0.failures.isEmpty }
        let width = min(40, failed.map(\.item.name.count).max() ?? 0)
        let lines = failed.map { result in
            let error = failure(result).error.located(at: result.item.path)
            return "  \(result.item.name.padded(width))  \("\(result.exitStatus ?? 0)".padded(3))  \(error)\n"
        }
        let counts = results.counts.map { "\($0.count) \($0.status.rawValue)" }.joined(separator: ", ")
        return (failed.isEmpty ? "" : "without a whole result (item, exit status, reason):\n" + lines.joined())
            + "\(folder): \(results.count) items: \(counts)\n"
    }
}

extension String {
    /// With spaces at the end, at least `width` characters.
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
