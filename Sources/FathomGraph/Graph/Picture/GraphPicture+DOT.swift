extension GraphPicture {
    /// The plan in the language of Graphviz.
    public static func dot(of plan: Plan) -> String {
        let content = Content(plan)
        var lines = [
            "digraph fathom {", "  rankdir=TB; nodesep=0.3; ranksep=0.5; bgcolor=transparent;",
            "  node [shape=plain, fontname=\"monospace\", fontsize=11];", "  edge [arrowsize=0.6, penwidth=1.4];",
        ]
        lines += content.boxes.map { "  \(name($0)) [\(attributes($0))];" }
        for net in content.nets {
            let from = content.boxes[net.from]
            let tail = from.shape == .node ? "\(name(from)):o\(net.port):s" : name(from)
            for target in net.targets {
                let to = content.boxes[target.box]
                let head = to.shape == .node ? "\(name(to)):i\(target.port):n" : name(to)
                lines.append("  \(tail) -> \(head) [color=\"\(net.type.kind.color)\"];")
            }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// A name that no other box has: names of nodes hold no "$" and no ".".
    private static func name(_ box: Box) -> String { quoted(box.shape == .input ? "$\(box.title)" : box.title) }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func attributes(_ box: Box) -> String {
        let tip = "tooltip=\(quoted(box.tip))"
        let label = "\(escaped(box.title))<br/><font point-size=\"9\">\(escaped(box.subtitle))</font>"
        switch box.shape {
        case .input: return "shape=oval, label=<\(label)>, \(tip)"
        case .output: return "shape=note, label=<\(label)>, \(tip)"
        case .node:
            let rows = [row(box.inputs, "i"), "<tr><td><b>\(escaped(box.title))</b> \(escaped(box.subtitle))</td></tr>"]
            let table = (rows + [row(box.outputs, "o")]).joined()
            return "label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" style=\"rounded\">\(table)</table>>, \(tip)"
        }
    }

    private static func row(_ ports: [Port], _ prefix: String) -> String {
        if ports.isEmpty { return "" }
        let cells = ports.enumerated().map { index, port in
            let types = escaped(port.types.map(\.name).joined(separator: " or "))
            return "<td port=\"\(prefix)\(index)\">\(escaped(port.name))<br/><font point-size=\"9\">\(types)</font></td>"
        }
        return "<tr><td><table border=\"0\" cellborder=\"0\" cellspacing=\"0\"><tr>\(cells.joined())</tr></table></td></tr>"
    }
}
