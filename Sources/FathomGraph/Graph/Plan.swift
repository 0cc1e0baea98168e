import FathomCore

/// A checked graph: stages made, types joined, nodes in an order in which every value exists before it is used.
public struct Plan: Sendable {
    /// One node, ready to run.
    public struct Step: Sendable {
        public let node: String
        public let stage: any Stage
        /// Source of each input port.
        public let sources: [String: Graph.Source]

        var stageType: any Stage.Type { Swift.type(of: stage) }
        public var stageName: String { stageType.name }
        public var stageVersion: SemanticVersion { stageType.version }
        /// Every option with the value it runs with.
        public var parameters: JSONObject { stage.parameters }
    }

    public let graph: Graph
    public let steps: [Step]
    /// The type of each input of the graph, by its name.
    let inputTypes: [String: PortType]

    /// What the numbers of inputs and outputs mean.
    var conventions: JSONObject {
        let sources = graph.inputs.map { Graph.Source.input($0.name) } + graph.outputs.map(\.link.source)
        return sources.compactMap { type(of: $0) }.reduce(into: JSONObject()) { all, type in
            for (key, value) in type.kind.conventions.members { all[key] = value }
        }
    }

    /// The type of the value at a source; nil where the plan has no such source.
    func type(of source: Graph.Source) -> PortType? {
        switch source {
        case .input(let name): inputTypes[name]
        case .port(let node, let port):
            steps.first { $0.node == node }?.stageType.outputs.first { $0.name == port }?.type
        }
    }
}

extension Plan {
    /// The names of all stages that the plan runs, composite ones and their parts included.
    public var stageNames: [String] {
        steps.flatMap { step in
            [step.stageName] + ((step.stage as? any CompositeStage)?.parts.map { Swift.type(of: $0.stage).name } ?? [])
        }
    }
}
