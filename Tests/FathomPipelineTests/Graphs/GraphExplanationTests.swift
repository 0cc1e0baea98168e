import FathomCore
import FathomPipeline
import Testing

/// Graphs told to people.
struct GraphExplanationTests {
    @Test func tellsEverything() throws {
        let graph = try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: {
                corners: { stage: "corners", in: { scene: "$photos", depth: "depth.depth" } },
                depth: { stage: "flat-depth", in: { scene: "$photos" }, params: { distance: 3 } } },
              outputs: { "points.ply": "corners.points", "depth/{stem}.exr": "depth.depth" } }
            """, name: "g.json5")
        let plan = try Planner.plan(graph, registry: TestStages.registry)
        #expect(
            GraphExplanation.text(of: plan) == """
                """)
    }

    @Test(arguments: ["depth", "video", "mvs", "mesh"])
    func fitsATerminal(_ name: String) throws {
        let text = GraphExplanation.text(of: try Planner.plan(Graph.read("builtin:\(name)")))
        for line in text.split(separator: "\n") { #expect(line.count <= 100 && line.last != " ", "\(line)") }
    }
}
