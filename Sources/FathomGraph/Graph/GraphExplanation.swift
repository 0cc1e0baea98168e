import FathomCore

/// A plan told to people: what each node does, reads and gives, how its work is divided, and what is written where.
public enum GraphExplanation {
    /// - Returns: text of at most 100 columns.
    public static func text(of plan: Plan) -> String {
        let graph = plan.graph
        var text = "\(graph.name): \(count(plan.steps.count, "node")), \(count(graph.outputs.count, "output"))\n"
        if !graph.inputs.isEmpty {
            text += "\nInputs\n"
            text += TextTable(indent: 2).text(
                graph.inputs.map { ["$\($0.name)", $0.type, plan.inputTypes[$0.name]?.kind.meaning ?? ""] })
        }
        for (index, step) in plan.steps.enumerated() { text += "\n\(self.text(of: step, number: index + 1, plan))" }
        text += "\nFiles, below the output folder\n"
        text += TextTable(indent: 2).text(plan.graph.outputs.map { output in row(of: output, plan) })
        text += "  Depth is measured along the optical axis. run.json records conventions, units and everything else.\n"
        if plan.steps.contains(where: { $0.stage.settings.contains(where: \.isChanged) }) {
            text += "\n* differs from the stage's default\n"
        }
        return text
    }

    private static func text(of step: Plan.Step, number: Int, _ plan: Plan) -> String {
        let stage = step.stageType
        var text = "\(number). \(step.node): stage \(step.stageName) \(step.stageVersion)\n"
        text += TextTable.wrapped("\(stage.help); \(work(of: step.stage))", indent: 3)
        var rows: [[String]] = []
        for port in stage.inputs {
            guard let source = step.sources[port.name] else { continue }
            rows.append(["in", port.name, "from \(source), \(plan.type(of: source)?.name ?? "")"])
        }
        for port in stage.outputs {
            let users = users(of: .port(node: step.node, port: port.name), plan)
            let goal = users.isEmpty ? "used by nothing" : "to \(users.joined(separator: ", "))"
            rows.append(["out", port.name, "\(port.type), \(goal)"])
        }
        text += TextTable(indent: 3).text(rows)
        text += TextTable(indent: 3).text(
            step.stage.settings.map { setting in
                let option = setting.option
                let value = option.defaultText.isEmpty ? "none" : option.defaultText
                return ["\(setting.isChanged ? "*" : " ") \(option.key) = \(value)", meaning(of: setting)]
            })
        return text
    }

    /// Help, unit, range, and the default where another value is set.
    private static func meaning(of setting: StageSetting) -> String {
        let option = setting.option
        var facts = [option.unit, option.range].compactMap { $0 }
        if !option.kind.choices.isEmpty { facts.append("one of \(option.kind.choices.joined(separator: ", "))") }
        if setting.isChanged {
            facts.append("default \(setting.standard.defaultText.isEmpty ? "none" : setting.standard.defaultText)")
        }
        return facts.isEmpty ? option.help : "\(option.help) (\(facts.joined(separator: "; ")))"
    }

    private static func row(of output: Graph.Output, _ plan: Plan) -> [String] {
        let source = output.link.source
        guard let type = plan.type(of: source) else { return [output.template, "", "\(source)"] }
        let number =
            output.isPerItem ? ", a file per \(type.kind.item ?? "item")" : type.kind.item != nil ? ", all in one file" : ""
        let format = type.format(output.template.pathExtension, perItem: output.isPerItem)
        return [output.template, "\(source)", "\(type.kind.subject)\(number); \(format?.meaning ?? "")"]
    }

    /// Inputs `node.port` and files that take a value.
    private static func users(of source: Graph.Source, _ plan: Plan) -> [String] {
        plan.steps.flatMap { step in
            step.stageType.inputs.filter { step.sources[$0.name] == source }.map { "\(step.node).\($0.name)" }
        } + plan.graph.outputs.filter { $0.link.source == source }.map(\.template)
    }

    /// How a stage's work is divided, as part of a sentence.
    private static func work(of stage: any Stage) -> String {
        if let composite = stage as? any CompositeStage {
            return "computed in steps: "
                + composite.parts.map { "\($0.name) (\(division(of: Swift.type(of: $0.stage))))" }.joined(separator: ", ")
        }
        return (stage as? any SimpleStage).map { "computed \(division(of: Swift.type(of: $0)))" } ?? ""
    }

    private static func division(of stage: any SimpleStage.Type) -> String {
        switch stage.chunking {
        case .whole: stage.isStored ? "as a whole" : "whenever it is needed"
        case .perItem, .counted: "one \(stage.outputs.first?.type.kind.item ?? "chunk") at a time"
        case .chained: "step by step, each going on from the one before"
        }
    }

    private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
