import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline

/// Small stages that make values without looking at pixels, so that graphs can be tested without photos.
enum TestStages {
    static let registry = StageRegistry(
        stages: [MakeScene.self, FlatDepth.self, RelativeDepth.self, Corners.self, Thin.self, Fail.self],
        kinds: StageRegistry.standard.kinds)

    struct DepthOptions: OptionGroup {
        var distance = 2.0
        var step = 1

        static let schema = OptionSchema<Self>(
            "Flat depth",
            [
                Option("distance", \.distance, "depth of every pixel", unit: "scene units", range: .above(0)),
                Option("step", \.step, "pixels per sample", range: .within(1...8)),
            ])

        func validate() throws {
            if distance > 100 && step > 4 { throw FathomError(.usage, "far depth needs a step of at most 4") }
        }
    }

    struct NoOptions: OptionGroup {
        static let schema = OptionSchema<Self>("None", [])
    }

    static func estimate<Kind>(_ output: OutputPort<Kind>) -> StageEstimate {
        StageEstimate(
            workingBytes: 1 << 20, coreSeconds: 0.1, outputs: output.extent(PortExtent(count: 1, bytes: 1 << 20)))
    }

    /// Three small views of nothing, without files.
    struct MakeScene: SimpleStage {
        static let name = "make-scene"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "three small views"
        static let inputs: [Port] = []
        static let output = OutputPort("scene", .scene)
        static let outputs = [output.port]
        static let chunking = Chunking.whole
        static let isStored = false
        let options: NoOptions
        init(_ options: NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork {
            { chunk in
                let views = (0..<3).map { index in
                    View(
                        stem: "v\(index)", imagePath: "none", camera: Camera(width: 8, height: 6, fx: 8, fy: 8, cx: 4, cy: 3),
                        cameraFromWorld: Pose(rotation: .identity, translation: [Double(index), 0, 0]))
                }
                chunk.give(Self.output, Scene(views: views, format: "test"))
                return Summary()
            }
        }
    }

    /// Metric depth, the same everywhere.
    struct FlatDepth: SimpleStage {
        static let name = "flat-depth"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "the same depth everywhere"
        static let scene = InputPort("scene", .scene)
        static let output = OutputPort("depth", .metricDepth)
        static let inputs = [scene.port]
        static let outputs = [output.port]
        static let chunking = Chunking.perItem
        let options: DepthOptions
        init(_ options: DepthOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork {
            let scene = context[Self.scene]
            return { chunk in
                let camera = scene.views[chunk.index].camera
                let values = Raster<Float>(width: camera.width, height: camera.height, repeating: Float(options.distance))
                chunk.set(Self.output, to: DepthMap(values: values, convention: .metric(unit: scene.unit)))
                return Summary(numbers: ["views": 1])
            }
        }
    }

    /// Affine-inverse depth.
    struct RelativeDepth: SimpleStage {
        static let name = "relative-depth"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "inverse depth of unknown scale"
        static let scene = InputPort("scene", .scene)
        static let output = OutputPort("depth", .affineInverseDepthSequence)
        static let inputs = [scene.port]
        static let outputs = [output.port]
        static let chunking = Chunking.whole
        let options: NoOptions
        init(_ options: NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork { { _ in Summary() } }
    }

    /// The four corners of each depth map as points.
    struct Corners: SimpleStage {
        static let name = "corners"
        static let version = SemanticVersion(1, 2, 0)
        static let help = "the corners of depth maps as points"
        static let scene = InputPort("scene", .scene)
        static let depth = InputPort("depth", .metricDepth)
        static let output = OutputPort("points", .points)
        static let inputs = [scene.port, depth.port]
        static let outputs = [output.port]
        static let chunking = Chunking.whole
        let options: NoOptions
        init(_ options: NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork {
            let scene = context[Self.scene]
            let maps = context[Self.depth]
            return { chunk in
                var cloud = PointCloud()
                for (index, view) in scene.views.enumerated() {
                    guard let map = try maps[index] else { continue }
                    let worldFromCamera = view.cameraFromWorld.inverse
                    for (x, y) in [(0, 0), (map.width - 1, 0), (0, map.height - 1), (map.width - 1, map.height - 1)] {
                        let depth = Double(map.values[x, y])
                        let ray = view.camera.inverseMatrix * SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1)
                        cloud.positions.append(SIMD3<Float>(worldFromCamera * (ray * depth)))
                    }
                }
                chunk.set(Self.output, to: cloud)
                return Summary(numbers: ["points": Double(cloud.count)])
            }
        }
    }

    /// Points to points: every second one.
    struct Thin: SimpleStage {
        static let name = "thin"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "every second point"
        static let points = InputPort("points", .points)
        static let output = OutputPort("points", .points)
        static let inputs = [points.port]
        static let outputs = [output.port]
        static let chunking = Chunking.whole
        let options: NoOptions
        init(_ options: NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork {
            let points = context[Self.points]
            return { chunk in
                chunk.warn("thinned")
                chunk.set(
                    Self.output,
                    to: PointCloud(positions: stride(from: 0, to: points.count, by: 2).map { points.positions[$0] }))
                return Summary(numbers: ["points": Double((points.count + 1) / 2)])
            }
        }
    }

    /// Fails when it runs.
    struct Fail: SimpleStage {
        static let name = "fail"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "fails"
        static let points = InputPort("points", .points)
        static let output = OutputPort("points", .points)
        static let inputs = [points.port]
        static let outputs = [output.port]
        static let chunking = Chunking.whole
        let options: NoOptions
        init(_ options: NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.output) }

        func begin(_ context: StageContext) -> ChunkWork {
            { _ in throw FathomError(.stageFailed, "no two views agree on any point") }
        }
    }
}
