import FathomCore

/// A checked graph: stages made, types joined, nodes in an order in which every value exists before it is used.
public struct Plan: Sendable {
    /// One node, ready to run.
    public struct Step: Sendable {
        public let node: String
        public let stage: any Stage
        /// Source of each input port.
        public let sources: [String: Graph.Source]

        var stageType: any Stage.Type { type(of: stage) }
        public var stageName: String { stageType.name }
        public var stageVersion: SemanticVersion { stageType.version }
        /// Every option with the value it runs with.
        public var parameters: JSONObject { stage.parameters }
    }

    public let graph: Graph
    public let steps: [Step]

    /// The values that nothing needs after step `index`, outputs of the graph having been written.
    func released(after index: Int) -> Set<Graph.Source> {
        var alive: Set<Graph.Source> = []
        for step in steps[(index + 1)...] { alive.formUnion(step.sources.values) }
        var seen: Set<Graph.Source> = []
        for step in steps[...index] {
            seen.formUnion(step.sources.values)
            for port in step.stageType.outputs { seen.insert(.port(node: step.node, port: port.name)) }
        }
        return seen.subtracting(alive)
    }
}
