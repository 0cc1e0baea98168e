import FathomCore

extension Planner {
    /// The error for a value of type `found` at a port that does not take it. Where both are of one family, such as depth, it
    /// says what the numbers mean and what they would have to mean.
    func mismatch(_ found: PortType, at link: Graph.Link, _ stage: any Stage.Type, _ port: Port) -> FathomError {
        let needed = port.types.map(\.name).joined(separator: " or ")
        let relatives = port.types.map(\.kind).filter { $0.family == found.kind.family }
        var message = "\(link.source) is \(found), but \"\(stage.name)\" needs \(needed)"
        if let family = found.kind.family, let relative = relatives.first {
            let subjects = Set(relatives.map(\.subject))
            message =
                subjects.contains(found.kind.subject)
                ? "\(link.source) is \(family) per \(found.kind.item ?? "item") (\(found)), but \"\(stage.name)\" "
                    + "needs it per \(relative.item ?? "item") (\(needed))"
                : "\(link.source) is \(found.kind.subject) (\(found)), but \"\(stage.name)\" needs "
                    + "\(subjects.sorted().joined(separator: " or ")) (\(needed))"
        }
        return link.place.error(message, remedy: origin(of: port.types))
    }

    /// Where values of these types come from: inputs of the graph, and stages that make them of something else.
    func origin(of types: [PortType]) -> String {
        let origins = types.compactMap { type -> String? in
            let makers = registry.stages.filter { $0.outputs.contains { $0.type == type } }
            let first = makers.filter { !$0.inputs.contains { $0.types.contains(type) } }
            var sources = (first.isEmpty ? makers : first).map { "stage \"\($0.name)\"" }
            if type.kind.isReadable { sources.insert("an input of the graph", at: 0) }
            return sources.isEmpty ? nil : "\(type) comes from \(sources.joined(separator: ", "))"
        }
        return origins.isEmpty ? "no stage makes it" : origins.joined(separator: ", ")
    }

    /// Refuses inputs that nothing reads and nodes whose values reach no output: work for nothing, or a link forgotten.
    func checkUse() throws {
        let links = Set(graph.nodes.flatMap { $0.inputs.map(\.link.source) } + graph.outputs.map(\.link.source))
        for input in graph.inputs where !links.contains(.input(input.name)) {
            throw input.place.error(
                "input \"\(input.name)\" is used by no node", remedy: "link it as \"$\(input.name)\", or remove it")
        }
        let used = graph.nodesBehind(graph.outputs.map(\.link.source))
        for node in graph.nodes where !used.contains(node.name) {
            let port = registry[node.stage]?.outputs.first?.name ?? "port"
            throw node.place.error(
                "nothing that node \"\(node.name)\" gives reaches an output",
                remedy: "add an output of \"\(node.name).\(port)\", link it to a node that has one, or remove it")
        }
    }
}

extension Graph {
    /// Names of the nodes that `sources` come from, directly or through others.
    func nodesBehind(_ sources: [Source]) -> Set<String> {
        let nodes = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0) })
        var found: Set<String> = []
        var rest = sources
        while let source = rest.popLast() {
            guard case .port(let name, _) = source, let node = nodes[name], found.insert(name).inserted else { continue }
            rest += node.inputs.map(\.link.source)
        }
        return found
    }
}
