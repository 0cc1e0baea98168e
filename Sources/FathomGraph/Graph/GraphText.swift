import FathomCore

extension Plan {
    /// The plan as the text of a graph file that gives the same plan again.
    ///
    /// Nodes stand in the order of the graph; parameters are those that the graph states and those that differ from the
    /// stage's defaults, with the values they run with.
    public var graphText: String {
        var lines = ["{ fathom: \(Graph.languageVersion),"]
        if !graph.inputs.isEmpty {
            let inputs = graph.inputs.map { "\(Self.key($0.name)): \(Self.quoted($0.type))" }
            lines.append("  inputs: { \(inputs.joined(separator: ", ")) },")
        }
        lines.append("  nodes: {")
        let keys = Self.aligned(graph.nodes.map { "\(Self.key($0.name)):" })
        let stages = Self.aligned(graph.nodes.map { Self.quoted($0.stage) + ($0.inputs.isEmpty ? "" : ",") })
        for (index, node) in graph.nodes.enumerated() {
            lines += text(of: node, key: keys[index], stage: stages[index])
        }
        lines += ["  },", "  outputs: {"]
        lines += graph.outputs.map { "    \(Self.quoted($0.template)): \(Self.quoted("\($0.link.source)"))," }
        lines.append("  } }")
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line for a node, or more when its parameters do not fit.
    private func text(of node: Graph.Node, key: String, stage: String) -> [String] {
        let indent = String(repeating: " ", count: 4 + key.count + 3)
        let links = node.inputs.map { "\(Self.key($0.port)): \(Self.quoted("\($0.link.source)"))" }
        let start = "    \(key) { stage: \(links.isEmpty ? stage.trimmed : stage)"
        let beginning = start + (links.isEmpty ? "" : " in: { \(links.joined(separator: ", ")) }")
        let parameters = statedParameters(of: node).map { "\(Self.key($0.key)): \($0.value.text())" }
        if parameters.isEmpty { return ["\(beginning) },"] }
        let line = "\(beginning), params: { \(parameters.joined(separator: ", ")) } },"
        if line.count <= 120 { return [line] }
        return ["\(beginning),", "\(indent)params: {"] + parameters.map { "\(indent)  \($0)," } + ["\(indent)} },"]
    }

    private func statedParameters(of node: Graph.Node) -> [JSONObject.Member] {
        guard let step = steps.first(where: { $0.node == node.name }) else { return [] }
        let stated = (try? node.params?.members().map(\.key)) ?? []
        return step.stage.settings.filter { $0.isChanged || stated.contains($0.option.key) }.map {
            ($0.option.key, $0.option.defaultValue)
        }
    }

    private static func aligned(_ words: [String]) -> [String] {
        let width = words.map(\.count).max() ?? 0
        return words.map { $0 + String(repeating: " ", count: width - $0.count) }
    }

    private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

    /// A key without quotes where JSON5 allows it.
    private static func key(_ name: String) -> String {
        let isIdentifier = name.first?.isNumber == false && !name.contains("-")
        return isIdentifier ? name : quoted(name)
    }
}

extension String {
    fileprivate var trimmed: String { String(prefix { $0 != " " }) }
}
