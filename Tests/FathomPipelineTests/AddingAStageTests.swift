import FathomCore
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

/// The stage of `Docs/AddingAStage.md`, added to a registry with one more line.
struct AddingAStageTests {
    private let registry = StageRegistry(
        stages: TestStages.registry.stages + [
            ClipDepthStage.self
        ], kinds: TestStages.registry.kinds)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func plan(_ parameters: String) throws -> Plan {
        let text = """
            { fathom: 1,
              nodes: {
                made: { stage: "make-scene" },
                flat: { stage: "flat-depth", in: { scene: "made.scene" }, params: { distance: 3 } },
                clip: { stage: "clip-depth", in: { depth: "flat.depth" }, params: { \(parameters) } },
              },
              outputs: { "depth/{stem}.exr": "clip.depth" } }
            """
        return try Planner.plan(Graph.parse(text, name: "test"), registry: registry)
    }

    /// Status of each chunk of the steps that have several, and the share of pixels kept.
    private func run(_ parameters: String) throws -> (chunks: [String: [String]], kept: Double?) {
        let report = try GraphRunner.run(
            plan(parameters), inputs: [:], into: folder.file("out"),
            options: RunOptions(cache: folder.file("cache"), writesReport: false), progress: .silent())
        let nodes = try JSONNode.read(folder.file("out/run.json")).required("nodes")
        var chunks: [String: [String]] = [:]
        for step in ["flat", "clip"] {
            chunks[step] = try nodes.required(step).required("steps").required(step).required("chunks").elements()
                .map { try $0.required("status").string() }
        }
        return (chunks, report.figures.first { $0.name == "clip.kept_share" }?.value)
    }

    @Test func runsAndResumes() throws {
        let (computed, hit) = (Array(repeating: "computed", count: 3), Array(repeating: "hit", count: 3))
        let first = try run("farthest: 4")
        #expect(first.chunks == ["flat": computed, "clip": computed])
        #expect(first.kept == 1)
        #expect(try FileSystem.list(folder.file("out/depth")) == ["v0.exr", "v1.exr", "v2.exr"])

        let second = try run("farthest: 4")
        #expect(second.chunks == ["flat": hit, "clip": hit])
        #expect(second.kept == 1)

        let nearer = try run("farthest: 2")
        #expect(nearer.chunks == ["flat": hit, "clip": computed])
        #expect(nearer.kept == 0)
    }

    @Test func wrongParametersAreRefused() throws {
        func message(_ parameters: String) -> String {
            let error = #expect(throws: FathomError.self) { try plan(parameters) }
            #expect(error?.code == .graphInvalid)
            return error?.description ?? ""
        }
        #expect(message("farthest: -1").contains("(nodes.clip.params.farthest)"))
        #expect(message("nearest: 2, farthest: 1").contains("the farthest depth 1.0 is not above the nearest 2.0"))
        #expect(message("farhtest: 1").contains("did you mean \"farthest\"?"))
    }

    /// The guide shows the very text of the stage.
    @Test func theGuideShowsTheStage() throws {
        let tests = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let example = try FileSystem.readText(tests.appendingPath("ClipDepthStage.swift"))
        let guide = try FileSystem.readText(tests.appendingPath("../../Docs/AddingAStage.md"))
        #expect(guide.contains("```swift\n\(example)```\n"))
    }
}
