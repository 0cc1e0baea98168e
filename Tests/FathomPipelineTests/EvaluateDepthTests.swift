import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline
import FathomTestSupport
import Testing

/// Depth judged inside of a graph has the figures of `fathom eval depth`.
struct EvaluateDepthTests {
    private let folder: TemporaryFolder
    private let scene: String
    private let plan: Plan

    init() throws {
        folder = try TemporaryFolder()
        scene = folder.file("scene")
        try SmallScene.write(to: scene)
        let text = """
            { fathom: 1,
              inputs: { photos: "scene", truth: "depth-files" },
              nodes: {
                depth: { stage: "mvs", in: { scene: "$photos" }, params: { views: 2 } },
                score: { stage: "evaluate-depth", in: { depth: "depth.depth", truth: "$truth" }, params: { badThreshold: 0.05 } },
              },
              outputs: { "depth/{stem}.exr": "depth.depth", "score.json": "score.figures", "score.csv": "score.figures" } }
            """
        plan = try Planner.plan(Graph.parse(text, name: "test"))
    }

    /// Figures of the run, and the chunks that it computed, as "step index".
    private func run(truth: String? = nil) throws -> (figures: [String: Double], computed: [String]) {
        let report = try GraphRunner.run(
            plan, inputs: ["photos": InputBinding(path: scene), "truth": InputBinding(path: truth ?? scene)],
            into: folder.file("out"),
            options: RunOptions(cache: folder.file("cache"), writesReport: false), progress: .silent())
        var computed: [String] = []
        for (_, node) in try JSONNode.read(folder.file("out/run.json")).required("nodes").members() {
            for (step, value) in try node.required("steps").members() {
                for chunk in try value.required("chunks").elements() where try chunk.required("status").string() == "computed" {
                    computed.append("\(step) \(try chunk.required("index").int())")
                }
            }
        }
        return (Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) }), computed)
    }

    /// What `fathom eval depth` says of the files that the run wrote.
    private func expected() throws -> DepthFolderReport {
        var options = DepthEvaluationOptions()
        options.badThreshold = 0.05
        return try DepthEvaluator(options).evaluate(predictions: folder.file("out"), truths: scene)
    }

    private func check(_ figures: [String: Double], withoutTruth: Int) throws {
        let expected = try expected()
        #expect(figures["score.views"] == Double(expected.images.count))
        #expect(figures["score.without_truth"] == Double(withoutTruth))
        for (name, value) in expected.mean.figures { #expect(figures["score.\(name)"] == value, "\(name)") }

        let rows = try JSONNode.read(folder.file("out/score.json")).elements()
        let names = expected.mean.figures.map(\.name)
        #expect(try rows.map { try $0.required("view").string() } == expected.images.map(\.stem))
        for (row, image) in zip(rows, expected.images) {
            #expect(try row.members().map(\.key) == ["view"] + names)
            #expect(try names.map { try row.required($0).double() } == image.metrics.figures.map(\.value))
        }
        let lines = try FileSystem.readText(folder.file("out/score.csv"), limit: 1 << 20).split(separator: "\r\n")
        #expect(
            lines.map(String.init) == [(["view"] + names).joined(separator: ",")]
                + expected.images.map { ([$0.stem] + $0.metrics.figures.map { $0.value.description }).joined(separator: ",") })
    }

    @Test func figuresAreThoseOfTheCommandAndFollowSingleFiles() throws {
        let first = try run()
        #expect(first.computed.filter { $0.hasPrefix("score") } == (0..<5).map { "score \($0)" })
        #expect(try #require(first.figures["score.abs_rel"]) > 0)
        try check(first.figures, withoutTruth: 0)
        #expect(try run().computed == [])

        let stem = try expected().images[3].stem
        let path = scene.appendingPath("depth").appendingPath("\(stem).exr")
        var truth = try DepthFile.read(path)
        try #require(truth.values[64, 90].isFinite)
        truth.values[64, 90] *= 2
        try DepthFile.write(truth, to: path)
        let changed = try run()
        #expect(changed.computed == ["score 3"])
        try check(changed.figures, withoutTruth: 0)

        FileSystem.removeTree(path)
        let fewer = try run()
        #expect(fewer.computed == ["score 3"])
        try check(fewer.figures, withoutTruth: 1)
    }

    @Test func filesWithOtherNamesAreRefused() throws {
        let truth = folder.file("truth")
        try FileSystem.makeFolder(truth)
        let values = Raster<Float>(width: 128, height: 96, repeating: 1)
        try DepthFile.write(DepthMap(values: values, convention: .metric(unit: "m")), to: truth.appendingPath("other.exr"))
        let error = #expect(throws: FathomError.self) { try run(truth: truth) }
        #expect(error?.description.contains("no depth file has the name of a view") == true)
    }
}
