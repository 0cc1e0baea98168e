import FathomCore
import FathomGraph
import FathomPipeline

/// `fathom submit GRAPH --to ENGINE --shards N`: writes the job script of a run on many machines.
enum SubmitCommand: Subcommand {
    struct Options: OptionGroup {
        var engine: JobScript.Engine?
        var shards: Int?
        var script = ""

        static let schema = OptionSchema<Self>(
            "Job script",
            [
                Option("to", \.engine, "the array engine that runs it"),
                Option("shards", \.shards, "how many tasks share the work", range: .within(1...10_000)),
                Option(
                    "script", \.script, "file for the job script; without it standard output", placeholder: "FILE"),
            ])
    }

    static let command = Command(
        "submit", "write the job script of a run on many machines",
        discussion: """
            The script submits an array of tasks, each of which computes one shard of the graph into a store that all of them \
            see, and after it a run that puts the results together. Nothing is submitted by this command. See Docs/clusters.md.
            """,
        positionals: [.init("GRAPH", "the graph file")],
        groups: [
            Options(), BindingFlags(), SceneFlags(), FrameFlags(), OutputFlags(), CacheFlags(), MemoryFlags(), SeedFlags(),
            ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        guard let engine = options.engine else {
            throw FathomError(.usage, "no engine is given", remedy: "say --to slurm, --to k8s or --to aws-batch", at: "--to")
        }
        guard let shards = options.shards else {
            throw FathomError(.usage, "the number of tasks is not given", remedy: "say --shards N", at: "--shards")
        }
        let text = try script(arguments, shards: shards).text(for: engine, program: program())
        if options.script.isEmpty { return CommandResult(text: text, items: [["script": .string(text)]]) }
        try AtomicFile.write(text, to: options.script)
        return CommandResult(
            text: "\(options.script): written; its first lines tell how to submit it\n",
            outputs: [(options.script.lastPathComponent, options.script)])
    }

    /// The run, after the checks that it would make before it starts.
    private static func script(_ arguments: ParsedCommand, shards: Int) throws -> JobScript {
        let graph = arguments.argument("GRAPH")
        let bindings: BindingFlags = arguments.options()
        let cache: CacheFlags = arguments.options()
        let output: OutputFlags = arguments.options()
        let global: GlobalOptions = arguments.options()
        var scene: SceneFlags = arguments.options()
        let plan = try bindings.plan(Graph.open(graph))
        _ = try Forecast(plan, reading: bindings.bindings(scene, arguments.options()))
        guard let store = try cache.path() else {
            throw FathomError(
                .usage, "the tasks leave their shards in the store, so there must be one",
                remedy: "name a folder that every machine sees", at: "--cache")
        }
        let isFile = !graph.hasPrefix(BuiltInGraph.prefix)
        let path = try isFile ? FileSystem.absolute(graph) : graph
        let inputs = try bindings.bindings(scene, FrameFlags()).values.flatMap(\.paths).map(FileSystem.absolute)
        if !scene.masks.isEmpty { scene.masks = try FileSystem.absolute(scene.masks) }
        return JobScript(
            graph: path,
            arguments: ["run", path] + arguments.words(for: try bindings.absolute()) + arguments.words(for: scene)
                + arguments.words(for: arguments.options(FrameFlags.self))
                + arguments.words(for: arguments.options(MemoryFlags.self))
                + arguments.words(for: arguments.options(SeedFlags.self))
                + arguments.words(for: arguments.options(ReadLimits.self)),
            inputs: (isFile ? [path] : []) + inputs + (scene.masks.isEmpty ? [] : [scene.masks]),
            output: try FileSystem.absolute(output.folder(command: RunCommand.command.name, graph: graph)),
            store: try FileSystem.absolute(store), shards: shards, threads: global.threads)
    }

    private static func program() throws -> String {
        guard let path = Machine.program else { throw FathomError(.unavailable, "the program cannot tell its own path") }
        return path
    }
}
