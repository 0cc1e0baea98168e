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
}
