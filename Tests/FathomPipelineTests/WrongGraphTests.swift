import FathomCore
import FathomPipeline
import FathomTestSupport
import Testing

/// Every way a graph can be wrong gives one sentence with its place and a remedy.
struct WrongGraphTests {
    /// A graph text and the message it must give, without the place.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var message: String
        var testDescription: String { name }
    }

    @Test(arguments: cases)
    func isRefused(_ wrong: Case) throws {
        let error = try #require(throws: FathomError.self) {
            try Planner.plan(Graph.parse(wrong.text, name: "g.json5"), registry: TestStages.registry)
        }
        #expect(error.code == .graphInvalid)
        #expect(error.description == wrong.message)
    }

    /// A right graph with one part replaced.
    private static func graph(
        version: String = "1", inputs: String = #"{ photos: "scene" }"#,
        depth: String = #"{ stage: "flat-depth", in: { scene: "$photos" } }"#,
        corners: String = #"{ stage: "corners", in: { scene: "$photos", depth: "depth.depth" } }"#, more: String = "",
        outputs: String = #"{ "points.ply": "corners.points" }"#
    ) -> String {
        """
        { fathom: \(version),
          inputs: \(inputs),
          nodes: {
            depth: \(depth),
            corners: \(corners),\(more)
          },
          outputs: \(outputs) }
        """
    }

    @Test func theRightGraphIsAccepted() throws {
        let plan = try Planner.plan(Graph.parse(Self.graph(), name: "g.json5"), registry: TestStages.registry)
        #expect(plan.steps.map(\.node) == ["depth", "corners"])
    }

    static let cases: [Case] = [
        Case(
            name: "syntax", text: "{ fathom: 1, nodes: { a: } }",
            message: #"g.json5:1:26 (nodes.a): "}" where a value is expected"#),
        Case(
            name: "double key", text: #"{ fathom: 1, nodes: {}, nodes: {}, outputs: {} }"#,
            message: #"g.json5:1:25: the key "nodes" occurs twice"#),
        Case(name: "no version", text: "{ nodes: {}, outputs: {} }", message: #"g.json5:1:1: "fathom" is missing"#),
        Case(
            name: "later version", text: graph(version: "2"),
            message: #"g.json5:1:11 (fathom): graph language 2 is not known; this version reads 1"#),
        Case(
            name: "unknown key", text: #"{ fathom: 1, node: {}, outputs: {} }"#,
            message: #"g.json5:1:20 (node): "node" is not known here; did you mean "nodes"?"#),
        Case(
            name: "no nodes", text: #"{ fathom: 1, nodes: {}, outputs: {} }"#,
            message: #"g.json5:1:21 (nodes): a graph needs at least one node"#),
        Case(
            name: "no outputs", text: graph(outputs: "{}"), message: #"g.json5:7:12 (outputs): a graph needs at least one output"#
        ),
        Case(
            name: "unknown type", text: graph(inputs: #"{ photos: "scenes" }"#),
            message: #"g.json5:2:21 (inputs.photos): "scenes" is not a type; did you mean "scene"?"#),
        Case(
            name: "unreadable type", text: graph(inputs: #"{ photos: "scene", v: "volume" }"#),
            message:
                #"g.json5:2:33 (inputs.v): a value of type volume cannot be read from files; inputs can be scene, video, images, points, mesh"#
        ),
        Case(
            name: "unknown stage", text: graph(depth: #"{ stage: "flat-dept", in: { scene: "$photos" } }"#),
            message: #"g.json5:4:21 (nodes.depth.stage): there is no stage "flat-dept"; did you mean "flat-depth"?"#),
        Case(
            name: "stage missing", text: graph(depth: #"{ in: { scene: "$photos" } }"#),
            message: #"g.json5:4:12 (nodes.depth): "stage" is missing"#),
        Case(
            name: "unknown node key", text: graph(depth: #"{ stage: "flat-depth", input: { scene: "$photos" } }"#),
            message: #"g.json5:4:42 (nodes.depth.input): "input" is not known here; known are stage, in, params"#),
        Case(
            name: "unknown port", text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photos", mask: "$photos" } }"#),
            message: #"g.json5:4:65 (nodes.depth.in.mask): stage "flat-depth" has no input "mask"; inputs are scene"#),
        Case(
            name: "port not linked", text: graph(depth: #"{ stage: "flat-depth" }"#),
            message:
                #"g.json5:4:12 (nodes.depth): input "scene" of stage "flat-depth" is not linked; add in: { scene: … } with a value of type scene"#
        ),
        Case(
            name: "unknown input", text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photo" } }"#),
            message: #"g.json5:4:48 (nodes.depth.in.scene): the graph has no input "photo"; did you mean "photos"?"#),
        Case(
            name: "unknown node", text: graph(corners: #"{ stage: "corners", in: { scene: "$photos", depth: "dept.depth" } }"#),
            message: #"g.json5:5:65 (nodes.corners.in.depth): there is no node "dept"; did you mean "depth"?"#),
        Case(
            name: "unknown output", text: graph(corners: #"{ stage: "corners", in: { scene: "$photos", depth: "depth.map" } }"#),
            message:
                #"g.json5:5:65 (nodes.corners.in.depth): node "depth" (stage "flat-depth") has no output "map"; outputs are depth"#
        ),
        Case(
            name: "not a link", text: graph(corners: #"{ stage: "corners", in: { scene: "photos", depth: "depth.depth" } }"#),
            message: #"g.json5:5:47 (nodes.corners.in.scene): "photos" names no value; write "$input" or "node.port""#),
        Case(
            name: "wrong type",
            text: graph(corners: #"{ stage: "corners", in: { scene: "depth.depth", depth: "depth.depth" } }"#),
            message:
                #"g.json5:5:47 (nodes.corners.in.scene): depth.depth is metric-depth, but "corners" needs scene; scene comes from make-scene"#
        ),
        Case(
            name: "relative depth for metric", text: graph(depth: #"{ stage: "relative-depth", in: { scene: "$photos" } }"#),
            message:
                #"g.json5:5:65 (nodes.corners.in.depth): depth.depth is affine-inverse-depth, but "corners" needs metric-depth; metric-depth comes from flat-depth"#
        ),
        Case(
            name: "circle",
            text: graph(
                more: """

                        a: { stage: "thin", in: { points: "b.points" } },
                        b: { stage: "thin", in: { points: "a.points" } },
                    """),
            message: #"g.json5:3:10 (nodes): the nodes wait for each other: b → a → b; a graph must not hold a circle"#),
        Case(
            name: "unknown parameter",
            text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photos" }, params: { distnace: 3 } }"#),
            message: #"g.json5:4:81 (nodes.depth.params.distnace): "distnace" is not known here; did you mean "distance"?"#),
        Case(
            name: "parameter of a wrong type",
            text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photos" }, params: { distance: "far" } }"#),
            message: #"g.json5:4:81 (nodes.depth.params.distance): text where a number is expected"#),
        Case(
            name: "parameter out of range",
            text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photos" }, params: { step: 9 } }"#),
            message: #"g.json5:4:77 (nodes.depth.params.step): 9 is out of range; give a value in the range: 1 to 8"#),
        Case(
            name: "parameters that do not fit together",
            text: graph(depth: #"{ stage: "flat-depth", in: { scene: "$photos" }, params: { step: 8, distance: 200 } }"#),
            message: #"g.json5:4:69 (nodes.depth.params): far depth needs a step of at most 4"#),
        Case(
            name: "format unknown", text: graph(outputs: #"{ "points.exr": "corners.points" }"#),
            message: #"g.json5:7:28 (outputs["points.exr"]): points cannot be written as .exr; use .ply"#),
        Case(
            name: "no format", text: graph(outputs: #"{ "points": "corners.points" }"#),
            message: #"g.json5:7:24 (outputs.points): "points" has no extension to tell the format; use .ply"#),
        Case(
            name: "stem missing", text: graph(outputs: #"{ "depth.exr": "depth.depth" }"#),
            message:
                #"g.json5:7:27 (outputs["depth.exr"]): metric-depth is one file per view, but "depth.exr" is one path; add {stem} to the path"#
        ),
        Case(
            name: "stem where there is one file", text: graph(outputs: #"{ "{stem}.ply": "corners.points" }"#),
            message:
                #"g.json5:7:28 (outputs["{stem}.ply"]): points is one file, but "{stem}.ply" is one path per view; remove {stem} from the path"#
        ),
        Case(
            name: "unknown placeholder", text: graph(outputs: #"{ "{view}.exr": "depth.depth" }"#),
            message:
                #"g.json5:7:28 (outputs["{view}.exr"]): the path "{view}.exr" holds an unknown placeholder; only {stem}, once, is known"#
        ),
        Case(
            name: "path leaves the folder", text: graph(outputs: #"{ "../points.ply": "corners.points" }"#),
            message:
                #"g.json5:7:31 (outputs["../points.ply"]): the path "../points.ply" leaves the output folder; write a relative path such as "depth/{stem}.exr""#
        ),
        Case(
            name: "manifest overwritten", text: graph(outputs: #"{ "run.json": "corners.points" }"#),
            message: #"g.json5:7:26 (outputs["run.json"]): "run.json" is written by every run; choose another name"#),
        Case(
            name: "input written", text: graph(outputs: #"{ "scene.json": "$photos" }"#),
            message: #"g.json5:7:28 (outputs["scene.json"]): a value of type scene cannot be written to files"#),
    ]
}
