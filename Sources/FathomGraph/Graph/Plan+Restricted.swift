import FathomCore

extension Plan {
    /// The part of the plan that `node` needs, itself included.
    ///
    /// Outputs of the nodes that stay are written; the others are left out, and with them the inputs that nothing reads.
    ///
    /// - Throws: `usage` when there is no such node.
    public func restricted(to node: String) throws -> Plan {
        let names = graph.nodes.map(\.name)
        guard let target = graph.nodes.first(where: { $0.name == node }) else {
            throw FathomError(
                .usage, "there is no node \"\(node)\"",
                remedy: nearest(to: node, in: names).map { "did you mean \"\($0)\"?" }
                    ?? "nodes are \(names.joined(separator: ", "))",
                at: graph.name)
        }
        let kept = graph.nodesBehind(target.inputs.map(\.link.source)).union([node])
        var part = graph
        part.nodes.removeAll { !kept.contains($0.name) }
        let read = Set(part.nodes.flatMap { $0.inputs.map(\.link.source) })
        part.inputs.removeAll { !read.contains(.input($0.name)) }
        part.outputs.removeAll { output in
            switch output.link.source {
            case .port(let name, _): !kept.contains(name)
            case .input: !read.contains(output.link.source)
            }
        }
        return Plan(graph: part, steps: steps.filter { kept.contains($0.node) }, inputTypes: inputTypes)
    }
}
