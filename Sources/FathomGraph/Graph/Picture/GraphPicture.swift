import FathomCore

/// Pictures of a plan: inputs on top, nodes with their ports below, outputs where they are made.
public enum GraphPicture {
    /// One thing in the picture.
    struct Box: Sendable {
        enum Shape: Sendable {
            case input, node, output
        }

        var shape: Shape
        var title: String
        /// A second, paler line.
        var subtitle: String
        /// What to show on hovering.
        var tip: String
        var inputs: [Port] = []
        var outputs: [Port] = []
    }

    /// A line from output port `port` of box `from` to the input ports of others.
    struct Net: Sendable {
        var from: Int
        var port: Int
        var type: PortType
        var targets: [(box: Int, port: Int)] = []
    }

    /// What is to be drawn. A box comes after those it has lines from.
    struct Content: Sendable {
        var boxes: [Box] = []
        var nets: [Net] = []

        init(_ plan: Plan) {
            var sources: [Graph.Source: Int] = [:]
            for input in plan.graph.inputs {
                sources[.input(input.name)] = nets.count
                guard let type = plan.inputTypes[input.name] else { continue }
                nets.append(Net(from: boxes.count, port: 0, type: type))
                boxes.append(
                    Box(
                        shape: .input, title: input.name, subtitle: type.name, tip: type.kind.meaning,
                        outputs: [Port(input.name, [type])]))
            }
            for step in plan.steps {
                let stage = step.stageType
                for (index, port) in stage.inputs.enumerated() {
                    guard let net = step.sources[port.name].flatMap({ sources[$0] }) else { continue }
                    nets[net].targets.append((boxes.count, index))
                }
                for (index, port) in stage.outputs.enumerated() {
                    sources[.port(node: step.node, port: port.name)] = nets.count
                    nets.append(Net(from: boxes.count, port: index, type: port.type))
                }
                boxes.append(
                    Box(
                        shape: .node, title: step.node, subtitle: stage.name, tip: stage.help, inputs: stage.inputs,
                        outputs: stage.outputs))
            }
            for output in plan.graph.outputs {
                guard let net = sources[output.link.source] else { continue }
                let type = nets[net].type
                nets[net].targets.append((boxes.count, 0))
                boxes.append(
                    Box(
                        shape: .output, title: output.template,
                        subtitle: output.isPerItem ? "a file per \(type.kind.item ?? "item")" : "one file",
                        tip: "\(output.link.source): \(type.kind.meaning)", inputs: [Port("", [type])]))
            }
        }
    }

    /// `text` as XML text or attribute, also for the labels of Graphviz.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.escapingControls {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}
