import FathomCore
import FathomPipeline

/// `fathom run GRAPH`: runs a graph file.
enum RunCommand: Subcommand {
    struct Options: OptionGroup {
        var dryRun = false

        static let schema = OptionSchema<Self>(
            "Plan",
            [
                Option(
                    "dryRun", \.dryRun, "print the plan and, with inputs bound, the memory and time it will need; run nothing")
            ])
    }

    static let command = Command(
        "run", "run a dataflow graph",
        discussion: "A graph file is JSON5: inputs, nodes (stage, in, params) and outputs. See Docs/Graphs.md.",
        positionals: [.init("GRAPH", "the graph file")],
        groups: [
            Options(), BindingFlags(), SceneFlags(), FrameFlags(), OutputFlags(), ShardFlags(), CacheFlags(),
            MemoryFlags(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let path = arguments.argument("GRAPH")
        let bindings: BindingFlags = arguments.options()
        let plan = try bindings.plan(Graph.read(path))
        let inputs = try bindings.bindings(arguments.options(), arguments.options())
        if options.dryRun {
            let forecast = inputs.isEmpty && !plan.graph.inputs.isEmpty ? nil : try Forecast(plan, reading: inputs)
            return CommandResult(text: describe(plan, forecast))
        }
        return try GraphCommand.run(plan, inputs: inputs, name: path, arguments, session)
    }

    private static func describe(_ plan: Plan, _ forecast: Forecast?) -> String {
        var text = ""
        for step in plan.steps {
            let sources = step.sources.sorted { $0.key < $1.key }.map { "\($0.key) from \($0.value)" }
            text += "\(step.node): \(step.stageName)@\(step.stageVersion), \(sources.joined(separator: ", "))\n"
            for (key, value) in step.parameters.members { text += "    \(key): \(value.text())\n" }
        }
        for output in plan.graph.outputs { text += "\(output.template) ← \(output.link.source)\n" }
        if let forecast {
            text += "predicted: \(MemorySize(bytes: forecast.peakBytes)) of memory (at \(forecast.peakNode)), "
            text += "\(forecast.coreSeconds.secondsText) on one core\n"
        }
        return text
    }
}
