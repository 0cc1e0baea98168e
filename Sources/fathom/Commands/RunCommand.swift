import FathomCore
import FathomMedia
import FathomPipeline

/// `fathom run GRAPH`: runs a graph file.
enum RunCommand: Subcommand {
    struct Options: OptionGroup {
        var inputs: [String] = []
        var settings: [String] = []
        var dryRun = false

        static let schema = OptionSchema<Self>(
            "Graph",
            [
                Option("in", \.inputs, "what an input of the graph is bound to", placeholder: "NAME=PATH"),
                Option("set", \.settings, "a parameter that replaces the graph's", placeholder: "NODE.PARAM=VALUE"),
                Option(
                    "dryRun", \.dryRun, "print the plan and, with inputs bound, the memory and time it will need; run nothing"),
            ])
    }

    static let command = Command(
        "run", "run a dataflow graph",
        discussion: "A graph file is JSON5: inputs, nodes (stage, in, params) and outputs. See Docs/Graphs.md.",
        positionals: [.init("GRAPH", "the graph file")],
        groups: [Options(), SceneFlags(), FrameSourceOptions(), OutputFlags(), MemoryFlags(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let path = arguments.argument("GRAPH")
        let plan = try Planner.plan(Graph.read(path), settings: options.settings.map { try Planner.Setting($0) })
        let inputs = try bindings(options.inputs, arguments.options(), arguments.options())
        if options.dryRun {
            let forecast = inputs.isEmpty && !plan.graph.inputs.isEmpty ? nil : try Forecast(plan, reading: inputs)
            return CommandResult(text: describe(plan, forecast))
        }
        return try GraphCommand.run(plan, inputs: inputs, name: path, arguments, session)
    }

    private static func bindings(
        _ texts: [String], _ scene: SceneFlags, _ frames: FrameSourceOptions
    ) throws -> [String: InputBinding] {
        var bindings: [String: InputBinding] = [:]
        for text in texts {
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
                throw FathomError(.usage, "\"\(text)\" is not of the form NAME=PATH", at: "--in")
            }
            var binding = scene.binding(sides[1])
            binding.frames = frames
            if bindings.updateValue(binding, forKey: sides[0]) != nil {
                throw FathomError(.usage, "input \"\(sides[0])\" is bound twice", remedy: "bind it once", at: "--in")
            }
        }
        return bindings
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
