import FathomCore

/// A plan told to people: what each node does, reads and gives, how its work is divided, and what is written where.
public enum GraphExplanation {
    /// - Returns: text of at most 100 columns.
    public static func text(of plan: Plan) -> String {
        let graph = plan.graph
        var text = "\(graph.name): \(count(plan.steps.count, "node")), \(count(graph.outputs.count, "output"))\n"
        if !graph.inputs.isEmpty {
            text += "\nInputs\n"
            text += TextTable(indent: 2).text(graph.inputs.map { ["$\($0.name)", $0.type.rawValue, $0.type.meaning] })
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
            rows.append(["in", port.name, "from \(source), \(type(of: source, plan)?.rawValue ?? "")"])
        }
        for port in stage.outputs {
            let users = users(of: .port(node: step.node, port: port.name), plan)
            let goal = users.isEmpty ? "used by nothing" : "to \(users.joined(separator: ", "))"
            rows.append(["out", port.name, "\(port.type.rawValue), \(goal)"])
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
        guard let type = type(of: source, plan) else { return [output.template, "", "\(source)"] }
        let number = output.isPerItem ? ", a file per \(type.itemWord)" : type.isPerFrame ? ", all in one file" : ""
        return [
            output.template, "\(source)",
            "\(type.subject)\(number); \(OutputWriter.meaning(of: output.template.pathExtension, type))",
        ]
    }

    /// Inputs `node.port` and files that take a value.
    private static func users(of source: Graph.Source, _ plan: Plan) -> [String] {
        plan.steps.flatMap { step in
            step.stageType.inputs.filter { step.sources[$0.name] == source }.map { "\(step.node).\($0.name)" }
        } + plan.graph.outputs.filter { $0.link.source == source }.map(\.template)
    }

    private static func type(of source: Graph.Source, _ plan: Plan) -> PortType? {
        switch source {
        case .input(let name): plan.graph.inputs.first { $0.name == name }?.type
        case .port(let node, let port):
            plan.steps.first { $0.node == node }?.stageType.outputs.first { $0.name == port }?.type
        }
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
        case .perItem: stage.outputs.contains { $0.type.isPerFrame } ? "image by image" : "view by view"
        case .counted: "window by window"
        }
    }

    private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

extension OutputWriter {
    /// What a file format keeps of a value of `type`.
    static func meaning(of format: String, _ type: PortType) -> String {
        let isDepth = type.depthMeaning != nil
        let missing = type.depthMeaning == "depth in a known unit" ? "0" : "NaN"
        switch format {
        case "exr": return "EXR, 32-bit float" + (isDepth ? ", convention and unit inside, \(missing) where unknown" : "")
        case "pfm", "npy":
            let name = format == "pfm" ? "PFM" : "NumPy array"
            return "\(name), 32-bit float" + (isDepth ? ", \(missing) where unknown" : "")
        case "npz":
            return "NumPy arrays, 32-bit float" + (isDepth ? ", convention and unit inside, \(missing) where unknown" : "")
        case "png" where isDepth: return "PNG, 16-bit codes with their scale inside and in run.json, 0 where unknown"
        case "png" where type == .confidence: return "PNG, 16-bit codes with their scale inside and in run.json"
        case "png": return "PNG, 8 bits"
        case "mkv": return "lossless video of 16-bit codes, their scale in run.json, 0 where unknown"
        case "mp4": return "H.264 video"
        case "jpg": return "JPEG"
        case "ply": return "binary PLY"
        case "glb": return "binary glTF"
        case "obj": return "Wavefront OBJ"
        case "json": return "JSON, an object per row"
        case "csv": return "CSV, a line per row"
        case "stl": return "binary STL, without colours"
        default: return format
        }
    }
}
