import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS
import FathomModels
import FathomPipeline
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What changes makes exactly those chunks new that depend on it.
struct InvalidationTests {
    private let folder: TemporaryFolder
    private let scene: String

    init() throws {
        folder = try TemporaryFolder()
        scene = folder.file("scene")
        try SmallScene.write(to: scene)
    }

    /// Chunks computed by step in a run of `plan`; the store and the output folder are those of the runs before.
    private func computed(_ plan: Plan, _ input: (String, InputBinding)) throws -> [String: [Int]] {
        _ = try GraphRunner.run(
            plan, inputs: [input.0: input.1], into: folder.file("out"),
            options: RunOptions(cache: folder.file("cache"), writesReport: false), progress: .silent())
        var computed: [String: [Int]] = [:]
        for (_, node) in try JSONNode.read(folder.file("out/run.json")).required("nodes").members() {
            for (step, value) in try node.required("steps").members() {
                computed[step] = try value.required("chunks").elements()
                    .filter { try $0.required("status").string() == "computed" }.map { try $0.required("index").int() }
            }
        }
        return computed.filter { !$0.value.isEmpty }
    }

    private func stereo(_ settings: String...) throws -> Plan {
        try Planner.plan(Graph.open("builtin:mvs"), settings: (["depth.views=2"] + settings).map { try Planner.Setting($0) })
    }

    private var photos: (String, InputBinding) { ("photos", InputBinding(path: scene)) }

    @Test func aScene() throws {
        let all = Array(0..<5)
        let first = try computed(stereo(), photos)
        #expect(
            first == [
                "depth/select": [0], "depth/search": all, "depth/depth": all, "confirmed": all, "points": [0], "photo_depth": all,
                "preview": all,
            ])
        #expect(try computed(stereo(), photos) == [:])

        let reader = try SceneReader.read(scene)
        let photo = reader.views[2].imagePath
        #expect(utimes(photo, [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]) == 0)
        #expect(try computed(stereo(), photos) == [:])

        let stricter = try computed(stereo("points.minimumViews=4"), photos)
        #expect(stricter == ["points": [0]])
        #expect(try computed(stereo("points.minimumViews=4"), photos) == [:])

        // A byte behind the picture's end changes the file and nothing else: what reads this photo is computed again, and
        // finds the same, so that nothing follows from it.
        var options = MultiViewStereoOptions()
        options.views = 2
        let plans = try MultiViewStereo(scene: reader, options: options).plan()
        let readers = plans.indices.filter { $0 == 2 || plans[$0]!.sources.contains(2) }
        try #require(readers.count < 5)
        try FileSystem.read(photo).withUnsafeBufferPointer { try AtomicFile.write(Array($0) + [0], to: photo) }
        let changed = try computed(stereo("points.minimumViews=4"), photos)
        var expected = ["depth/search": readers, "depth/depth": readers, "points": [0]]
        if MultiViewStereo.plansFromPhotos(reader) { expected["depth/select"] = [0] }
        #expect(changed == expected)
    }

    @Test func aVideo() throws {
        let clip = folder.file("clip.mp4")
        try SmallClip.write(to: clip, frames: 60)
        let input = ("video", InputBinding(path: clip))
        func plan(_ settings: String...) throws -> Plan {
            try Planner.plan(Graph.open("builtin:video"), settings: settings.map { try Planner.Setting($0) })
        }
        let first = try computed(plan(), input)
        #expect(first["depth/scan"] == [0] && first["depth/windows"] == [0, 1, 2] && first["depth/stitch"] == [0])
        #expect(try computed(plan(), input) == [:])

        // Other arithmetic of the network: the list of frames stays.
        let smaller = try computed(plan("depth.inputSize=98"), input)
        #expect(smaller["depth/scan"] == nil && smaller["depth/windows"] == [0, 1, 2])
        // How depth is shown concerns no network.
        let grey = try computed(plan("depth.inputSize=98", "pictures.grayscale=true"), input)
        #expect(grey["depth/windows"] == nil && grey["pictures"] == [0])
        // Other weights.
        let (weights, embedded) = (folder.file("weights.safetensors"), EmbeddedWeights.bytes)
        var bytes = [UInt8](embedded)
        bytes[bytes.count - 2] ^= 1
        try AtomicFile.write(bytes, to: weights)
        let other = try computed(plan("depth.inputSize=98", "depth.model=\(weights)"), input)
        #expect(other["depth/scan"] == nil && other["depth/windows"] == [0, 1, 2])
        // The same weights elsewhere.
        let copy = folder.file("copy.safetensors")
        try AtomicFile.write(FileSystem.read(weights), to: copy)
        #expect(try computed(plan("depth.inputSize=98", "depth.model=\(copy)"), input)["depth/windows"] == nil)
    }

    /// Another version of a stage computes anew; consumers follow only where bytes change.
    @Test func aStage() throws {
        let text = """
            { fathom: 1,
              nodes: {
                made: { stage: "make-scene" },
                flat: { stage: "flat-depth", in: { scene: "made.scene" } },
                last: { stage: "corners", in: { scene: "made.scene", depth: "flat.depth" } },
              },
              outputs: { "points.ply": "last.points" } }
            """
        func plan(_ stages: [any Stage.Type]) throws -> Plan {
            try Planner.plan(Graph.parse(text, name: "test"), registry: StageRegistry(stages: stages, kinds: []))
        }
        func run(_ stages: [any Stage.Type]) throws -> [String: [Int]] {
            let report = try GraphRunner.run(
                plan(stages), inputs: [:], into: folder.file("out"),
                options: RunOptions(cache: folder.file("cache"), writesReport: false), progress: .silent())
            #expect(report.failures.isEmpty)
            var computed: [String: [Int]] = [:]
            for (_, node) in try JSONNode.read(folder.file("out/run.json")).required("nodes").members() {
                for (step, value) in try node.required("steps").members() where step != "made" {
                    computed[step] = try value.required("chunks").elements()
                        .filter { try $0.required("status").string() == "computed" }.map { try $0.required("index").int() }
                }
            }
            return computed
        }
        #expect(try run(TestStages.registry.stages) == ["flat": [0, 1, 2], "last": [0]])
        #expect(try run(TestStages.registry.stages) == ["flat": [], "last": []])
        let newer = TestStages.registry.stages.map { $0 == TestStages.FlatDepth.self ? NewerFlatDepth.self : $0 }
        #expect(try run(newer) == ["flat": [0, 1, 2], "last": []])
    }

    /// As `TestStages.FlatDepth`, of a later version with the same results.
    private struct NewerFlatDepth: SimpleStage {
        static let name = TestStages.FlatDepth.name
        static let version = SemanticVersion(1, 0, 1)
        static let help = TestStages.FlatDepth.help
        static let inputs = TestStages.FlatDepth.inputs
        static let outputs = TestStages.FlatDepth.outputs
        static let chunking = TestStages.FlatDepth.chunking
        let options: TestStages.DepthOptions
        init(_ options: TestStages.DepthOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.FlatDepth(options).estimate(inputs) }
        func begin(_ context: StageContext) throws -> ChunkWork { TestStages.FlatDepth(options).begin(context) }
    }
}
