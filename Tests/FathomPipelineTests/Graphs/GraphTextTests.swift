import FathomCore
import FathomGraph
import FathomPipeline
import Testing

/// Graphs as text, and parts of them.
struct GraphTextTests {
    /// What makes a plan: nodes in order with stage, links and parameters, then inputs and outputs.
    private func parts(_ plan: Plan) -> [String] {
        let steps = plan.steps.map { step in
            let sources = step.sources.map { "\($0.key):\($0.value)" }.sorted().joined(separator: " ")
            return "\(step.node) \(step.stageName) \(sources) \(JSONValue.object(step.parameters).text())"
        }
        return steps + plan.graph.inputs.map { "\($0.name) \($0.type)" }
            + plan.graph.outputs.map { "\($0.template) \($0.link.source)" }
    }

    @Test(arguments: ["depth", "video", "mvs", "mesh"])
    func builtInGraphsReadBack(_ name: String) throws {
        let plan = try Planner.plan(Graph.open("builtin:\(name)"), settings: [])
        let again = try Planner.plan(Graph.parse(plan.graphText, name: "printed"))
        #expect(parts(again) == parts(plan))
        #expect(again.graphText == plan.graphText)
        #expect(plan.graphText.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test func settingsAreInTheText() throws {
        let graph = try Graph.parse(
            """
            { fathom: 1,
              nodes: {
                "far-away": { stage: "flat-depth", in: { scene: "made.scene" }, params: { step: 1 } }, // stated default
                made: { stage: "make-scene" }, },
              outputs: { "a \\"b\\"/{stem}.exr": "far-away.depth" } }
            """, name: "g")
        let settings = try [Planner.Setting("far-away.distance=7")]
        let plan = try Planner.plan(graph, registry: TestStages.registry, settings: settings)
        #expect(
            plan.graphText == """
                { fathom: 1,
                  nodes: {
                    "far-away": { stage: "flat-depth", in: { scene: "made.scene" }, params: { distance: 7.0, step: 1 } },
                    made:       { stage: "make-scene" },
                  },
                  outputs: {
                    "a \\"b\\"/{stem}.exr": "far-away.depth",
                  } }

                """)
        let again = try Planner.plan(Graph.parse(plan.graphText, name: "printed"), registry: TestStages.registry)
        #expect(parts(again) == parts(plan))
    }

    @Test func aPartHoldsWhatANodeNeeds() throws {
        let whole = try Planner.plan(Graph.open("builtin:mesh"))
        let part = try whole.restricted(to: "photo_depth")
        #expect(part.steps.map(\.node) == ["depth", "confirmed", "photo_depth"])
        #expect(part.graph.outputs.map(\.template) == ["depth/{stem}.exr", "confidence/{stem}.exr"])
        #expect(part.graph.inputs.map(\.name) == ["photos"])
        #expect(parts(try Planner.plan(Graph.parse(part.graphText, name: "part"))) == parts(part))
        let error = #expect(throws: FathomError.self) { try whole.restricted(to: "photo_dept") }
        #expect(error?.description == "builtin:mesh: there is no node \"photo_dept\"; did you mean \"photo_depth\"?")
        #expect(error?.code == .usage)
    }

    @Test func aPartLeavesOutInputsThatNothingReads() throws {
        let graph = try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene", cloud: "points", more: "points" },
              nodes: {
                depth: { stage: "flat-depth", in: { scene: "$photos" } },
                thin: { stage: "thin", in: { points: "$cloud" } } },
              outputs: { "{stem}.exr": "depth.depth", "thin.ply": "thin.points", "cloud.ply": "$cloud", "more.ply": "$more" } }
            """, name: "g")
        let part = try Planner.plan(graph, registry: TestStages.registry).restricted(to: "thin")
        #expect(part.graph.inputs.map(\.name) == ["cloud"])
        #expect(part.graph.outputs.map(\.template) == ["thin.ply", "cloud.ply"])
    }

    @Test func builtInGraphsThatDoNotExistAreListed() {
        let error = #expect(throws: FathomError.self) { try Graph.open("builtin:mash") }
        #expect(error?.code == .usage)
        #expect(error?.remedy == "built-in graphs are builtin:depth, builtin:video, builtin:mvs, builtin:mesh")
    }
}
