import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Synchronization
import Testing

/// Runs of small graphs: files, record, figures, failure.
struct GraphRunnerTests {
    private func plan(_ last: String = "thin", settings: [String] = []) throws -> Plan {
        let text = """
            { fathom: 1,
              nodes: {
                last:    { stage: "\(last)", in: { points: "corners.points" } },
                corners: { stage: "corners", in: { scene: "made.scene", depth: "flat.depth" } },
                flat:    { stage: "flat-depth", in: { scene: "made.scene" }, params: { distance: 3 } },
                made:    { stage: "make-scene" },
              },
              outputs: { "depth/{stem}.exr": "flat.depth", "points.ply": "last.points" } }
            """
        return try Planner.plan(
            Graph.parse(text, name: "test"), registry: TestStages.registry, settings: settings.map { try Planner.Setting($0) })
    }

    private func manifest(_ folder: TemporaryFolder) throws -> JSONNode { try JSONNode.read(folder.file("run.json")) }

    @Test func writesOutputsAndTheRecord() throws {
        let folder = try TemporaryFolder()
        let progress = ProgressReporter.silent()
        let report = try GraphRunner.run(
            plan(), inputs: [:], into: folder.path, options: RunOptions(command: ["fathom", "test"]), progress: progress)

        #expect(report.outputs.map(\.name) == ["depth", "points.ply", "run.json", "report.html"])
        #expect(try FileSystem.list(folder.file("depth")) == ["v0.exr", "v1.exr", "v2.exr"])
        #expect(FileSystem.kind(of: folder.file("points.ply")) == .file)
        #expect(report.figures.map(\.name) == ["flat.views", "corners.points", "last.points"])
        #expect(report.figures.map(\.value) == [3, 12, 6])
        #expect(report.warnings == ["last: thinned"])

        let record = try manifest(folder)
        #expect(try record.required("status").string() == "ok")
        let nodes = try record.required("nodes")
        #expect(try nodes.members().map(\.key) == ["made", "flat", "corners", "last"])
        let flat = try nodes.required("flat")
        #expect(try flat.required("stage").string() == "flat-depth@1.0.0")
        #expect(try flat.required("params").value == ["distance": 3.0, "step": 1])
        // Head, time line and report say one figure, which no step exceeds.
        let peak = try record.required("usage").required("peak_rss_bytes").int()
        #expect(try record.required("memory").elements().map { try $0.elements()[1].int() }.max() == peak)
        #expect(report.peakBytes == peak && peak <= Machine.peakMemory)
        for node in try nodes.members() {
            #expect(try (1...peak).contains(node.node.required("peak_rss_bytes").int()), "\(node.key)")
        }
        let depth = try record.required("outputs").required("depth/{stem}.exr")
        #expect(
            try depth.required("files").elements().map { try $0.string() } == ["depth/v0.exr", "depth/v1.exr", "depth/v2.exr"])
        #expect(try depth.required("unit").string() == "scene unit")
    }

    @Test func settingsReplaceParameters() throws {
        let steps = try plan(settings: ["flat.distance=7"]).steps
        #expect(steps.first { $0.node == "flat" }?.parameters["distance"] == 7.0)
        #expect(throws: FathomError.self) { try plan(settings: ["flat.distance=0"]) }
        #expect(throws: FathomError.self) { try plan(settings: ["float.distance=1"]) }
    }

    @Test func failureLeavesARecordAndEarlierOutputs() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FathomError.self) {
            try GraphRunner.run(plan("fail"), inputs: [:], into: folder.path, progress: .silent())
        }
        #expect(error?.description == "node last: no two views agree on any point")
        let record = try manifest(folder)
        #expect(try record.required("status").string() == "failed")
        #expect(try record.required("nodes").required("last").required("status").string() == "failed")
        #expect(try FileSystem.list(folder.path) == ["depth", "report.html", "run.json"])
    }

    @Test func tooLittleMemoryIsRefusedBeforeAnythingRuns() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FathomError.self) {
            try GraphRunner.run(
                plan(), inputs: [:], into: folder.path, options: RunOptions(memoryLimit: 1 << 20), progress: .silent())
        }
        #expect(error?.remedy?.contains("--ram") == true)
        #expect(try FileSystem.list(folder.path) == ["report.html", "run.json"])
    }

    @Test func surplusAndMissingInputsAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FathomError.self) {
            try GraphRunner.run(plan(), inputs: ["photos": InputBinding(path: "x")], into: folder.path, progress: .silent())
        }
        let graph = #"""
            { fathom: 1, inputs: { photos: "scene" }, nodes: { d: { stage: "flat-depth", in: { scene: "$photos" } } },
              outputs: { "{stem}.exr": "d.depth" } }
            """#
        let bound = try Planner.plan(Graph.parse(graph, name: "g"), registry: TestStages.registry)
        let error = #expect(throws: FathomError.self) {
            try GraphRunner.run(bound, inputs: [:], into: folder.path, progress: .silent())
        }
        #expect(error?.code == .usage)
        #expect(try FileSystem.list(folder.path) == [])
    }

    /// A consumer's chunk is computed as soon as what it reads exists, not when its producer has finished.
    @Test func consumersDoNotWaitForWholeSteps() throws {
        let folder = try TemporaryFolder()
        let graph = """
            { fathom: 1,
              nodes: {
                made: { stage: "make-scene" },
                flat: { stage: "flat-depth", in: { scene: "made.scene" } },
                shown: { stage: "depth-preview", in: { depth: "flat.depth" } },
              },
              outputs: { "{stem}.png": "shown.pictures" } }
            """
        let stages = TestStages.registry.stages + StageRegistry.standard.stages
        let plan = try Planner.plan(Graph.parse(graph, name: "test"), registry: StageRegistry(stages: stages, kinds: []))
        _ = try GraphRunner.run(plan, inputs: [:], into: folder.path, progress: .silent())
        func starts(_ node: String) throws -> [Double] {
            try manifest(folder).required("nodes").required(node).required("steps").required(node).required("chunks").elements()
                .map { try $0.required("start_seconds").double() }
        }
        #expect(try starts("shown")[0] <= starts("flat")[2])
        #expect(try FileSystem.list(folder.path) == ["report.html", "run.json", "v0.png", "v1.png", "v2.png"])
    }

    /// Reading that fails may succeed a moment later.
    @Test func failingReadsAreTriedAgain() throws {
        let folder = try TemporaryFolder()
        let graph = """
            { fathom: 1, nodes: { shaky: { stage: "shaky" } }, outputs: { "points.ply": "shaky.points" } }
            """
        Shaky.attempts.withLock { $0 = 0 }
        let plan = try Planner.plan(Graph.parse(graph, name: "test"), registry: StageRegistry(stages: [Shaky.self], kinds: []))
        _ = try GraphRunner.run(plan, inputs: [:], into: folder.path, progress: .silent())
        #expect(Shaky.attempts.withLock { $0 } == 2)
        #expect(try PLYFile.readPoints(folder.file("points.ply")).positions == [[0, 0, 1]])
        let node = try JSONNode.read(folder.file("run.json")).required("nodes").required("shaky")
        #expect(try node.required("warnings").elements().isEmpty)
    }

    /// Fails to read the first time.
    private struct Shaky: SimpleStage {
        static let attempts = Mutex(0)
        static let name = "shaky"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "reads from a shaky disk"
        static let inputs: [Port] = []
        static let points = OutputPort("points", .points)
        static let outputs = [points.port]
        static let chunking = Chunking.whole
        let options: TestStages.NoOptions
        init(_ options: TestStages.NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.points) }

        func begin(_ context: StageContext) -> ChunkWork {
            { chunk in
                let attempt = Self.attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if attempt == 1 {
                    // What a try that fails has said and set must be gone.
                    chunk.warn("a try that fails")
                    chunk.set(Self.points, to: PointCloud(positions: [[9, 9, 9]]))
                    throw FathomError(.io, "cannot be read: Stale file handle")
                }
                chunk.set(Self.points, to: PointCloud(positions: [[0, 0, 1]]))
                return Summary()
            }
        }
    }
}
