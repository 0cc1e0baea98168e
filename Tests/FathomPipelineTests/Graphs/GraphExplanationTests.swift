import FathomCore
import FathomGraph
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
                g.json5: 2 nodes, 2 outputs

                Inputs
                  $photos  scene  posed views of one place

                1. depth: stage flat-depth 1.0.0
                   the same depth everywhere; computed one view at a time
                   in   scene  from $photos, scene
                   out  depth  metric-depth, to corners.depth, depth/{stem}.exr
                   * distance = 3  depth of every pixel (scene units; above 0; default 2)
                     step = 1      pixels per sample (1 to 8)

                2. corners: stage corners 1.2.0
                   the corners of depth maps as points; computed as a whole
                   in   scene   from $photos, scene
                   in   depth   from depth.depth, metric-depth
                   out  points  points, to points.ply

                Files, below the output folder
                  points.ply        corners.points  a cloud of points in world coordinates; binary PLY
                  depth/{stem}.exr  depth.depth     depth in a known unit, a file per view; EXR, 32-bit float,
                                                    convention and unit inside, 0 where unknown
                  Depth is measured along the optical axis. run.json records conventions, units and everything else.

                * differs from the stage's default

                """)
    }

    @Test(arguments: ["depth", "video", "mvs", "mesh"])
    func fitsATerminal(_ name: String) throws {
        let text = GraphExplanation.text(of: try Planner.plan(Graph.open("builtin:\(name)")))
        for line in text.split(separator: "\n") { #expect(line.count <= 100 && line.last != " ", "\(line)") }
    }
}
