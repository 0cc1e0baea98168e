import FathomCore
import FathomGraph
import FathomPipeline

/// `fathom run GRAPH`: runs a graph, or shows it.
enum RunCommand: Subcommand {
    struct Options: OptionGroup {
        var target: String?
        var dryRun = false
        var explain = false
        var print = false
        var dot = false
        var svg = false

        static let schema = OptionSchema<Self>(
            "Plan",
            [
                Option("to", \.target, "run only this node and what it needs", placeholder: "NODE"),
                Option(
                    "dryRun", \.dryRun,
                    "print the plan and, with inputs bound, what the store has, and the memory, time and disk left to need"),
                Option("explain", \.explain, "tell what each node does, reads and writes; run nothing"),
                Option("print", \.print, "print the graph as a graph file, with --set and --to applied; run nothing"),
                Option("dot", \.dot, "print the graph in the language of Graphviz; run nothing"),
                Option("svg", \.svg, "print a picture of the graph, by Graphviz where it is installed; run nothing"),
            ])

        func validate() throws {
            let given = [("dry-run", dryRun), ("explain", explain), ("print", print), ("dot", dot), ("svg", svg)].filter(\.1)
            if given.count > 1 {
                throw FathomError(
                    .usage, "--\(given[0].0) and --\(given[1].0) exclude each other", remedy: "give one of them")
            }
        }

        /// What the plan is shown as, in place of running it.
        func shown(_ plan: Plan) throws -> String? {
            if explain { return GraphExplanation.text(of: plan) }
            if print { return plan.graphText }
            if dot { return GraphPicture.dot(of: plan) }
            if svg { return try Graphviz.svg(of: GraphPicture.dot(of: plan)) ?? GraphPicture.svg(of: plan) }
            return nil
        }
    }

    static let command = Command(
        "run", "run a dataflow graph, or show it",
        discussion: """
            A graph file is JSON5: inputs, nodes (stage, in, params) and outputs. The plain commands are graphs that come with the \
            program: builtin:depth, builtin:video, builtin:mvs, builtin:mesh. See Docs/Graphs.md.
            """,
        positionals: [.init("GRAPH", "the graph file, or builtin:NAME")],
        groups: [
            BindingFlags(), Options(), SceneFlags(), PoseFlags(), FrameFlags(), OutputFlags(), ShardFlags(), CacheFlags(),
            MemoryFlags(), SeedFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let path = arguments.argument("GRAPH")
        let flags: BindingFlags = arguments.options()
        let whole = try flags.plan(Graph.open(path))
        let plan = try options.target.map(whole.restricted) ?? whole
        if let text = try options.shown(plan) {
            if session.isJSON {
                throw FathomError(
                    .usage, "--explain, --print, --dot and --svg print text, not JSON", remedy: "leave one of them out",
                    at: "--json")
            }
            return CommandResult(text: text)
        }
        let poses: PoseFlags = arguments.options()
        var inputs = try flags.bindings(arguments.options(), arguments.options()).mapValues(poses.applied)
        for input in whole.graph.inputs where !plan.graph.inputs.contains(where: { $0.name == input.name }) {
            inputs[input.name] = nil
        }
        let name = path.hasPrefix(BuiltInGraph.prefix) ? String(path.dropFirst(BuiltInGraph.prefix.count)) : path
        if options.dryRun {
            let (output, cache): (OutputFlags, CacheFlags) = (arguments.options(), arguments.options())
            let seed: SeedFlags = arguments.options()
            let folder = output.folder(command: session.command, input: name)
            return try dryRun(plan, inputs, cache: cache.path(), seed: seed.value, folder: folder)
        }
        return try GraphCommand.run(plan, inputs: inputs, name: name, arguments, session)
    }
}
