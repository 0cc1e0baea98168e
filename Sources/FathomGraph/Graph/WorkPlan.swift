import FathomCore

/// A plan with composite stages taken apart: what the runner works on.
struct WorkPlan: Sendable {
    /// A stage that works, with its place in the graph.
    struct Step: Sendable {
        /// The node's name, "node/part" inside of a composite stage.
        let name: String
        let node: String
        let stage: any SimpleStage
        /// Source of each input port.
        let sources: [String: Graph.Source]
        /// Place of the node among the plan's steps.
        let nodeIndex: Int

        var type: any SimpleStage.Type { Swift.type(of: stage) }
    }

    /// An output of the graph with the source that gives it.
    struct Output: Sendable {
        let output: Graph.Output
        let source: Graph.Source
    }

    let plan: Plan
    /// In an order in which every value exists before it is used; steps that no output needs are left out.
    private(set) var steps: [Step] = []
    let outputs: [Output]

    init(_ plan: Plan) {
        self.plan = plan
        var steps: [Step] = []
        // Where the outputs of composite nodes really come from.
        var moved: [Graph.Source: Graph.Source] = [:]
        for (index, step) in plan.steps.enumerated() {
            let sources = step.sources.mapValues { moved[$0] ?? $0 }
            if let stage = step.stage as? any SimpleStage {
                steps.append(Step(name: step.node, node: step.node, stage: stage, sources: sources, nodeIndex: index))
                continue
            }
            guard let composite = step.stage as? any CompositeStage else {
                preconditionFailure("stage \(step.stageName) is neither simple nor composite")
            }
            for part in composite.parts {
                var inner: [String: Graph.Source] = [:]
                for link in part.inputs {
                    switch link.source {
                    case .input(let port): inner[link.port] = sources[port]
                    case .part(let other, let port): inner[link.port] = .port(node: "\(step.node)/\(other)", port: port)
                    }
                }
                steps.append(
                    Step(
                        name: "\(step.node)/\(part.name)", node: step.node, stage: part.stage, sources: inner, nodeIndex: index))
            }
            for link in composite.results {
                guard case .part(let other, let inner) = link.source else { continue }
                moved[.port(node: step.node, port: link.port)] = .port(node: "\(step.node)/\(other)", port: inner)
            }
        }
        outputs = plan.graph.outputs.map { Output(output: $0, source: moved[$0.link.source] ?? $0.link.source) }
        self.steps = Self.needed(steps, for: outputs.map(\.source))
    }

    /// The steps that the values `sources` depend on.
    private static func needed(_ steps: [Step], for sources: [Graph.Source]) -> [Step] {
        var wanted = Set(sources)
        var kept: [Step] = []
        for step in steps.reversed() {
            let isWanted = step.type.outputs.contains { wanted.contains(.port(node: step.name, port: $0.name)) }
            guard isWanted else { continue }
            kept.append(step)
            wanted.formUnion(step.sources.values)
        }
        return kept.reversed()
    }
}
