import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline
import FathomTestSupport
import Testing

/// Stages that work on depth sequences, in graphs.
struct DepthSequenceStageTests {
    /// Metric depth of a video: 2 m, and none in the first column.
    private struct FlatSequence: SimpleStage {
        static let name = "flat-sequence"
        static let version = SemanticVersion(1, 0, 0)
        static let help = "the same depth in every frame"
        static let video = InputPort("video", .video)
        static let depth = OutputPort("depth", .metricDepthSequence)
        static let inputs = [video.port]
        static let outputs = [depth.port]
        static let chunking = Chunking.whole
        static let isStored = false
        let options: TestStages.NoOptions
        init(_ options: TestStages.NoOptions) { self.options = options }

        func estimate(_ inputs: InputExtents) -> StageEstimate { TestStages.estimate(Self.depth) }

        func begin(_ context: StageContext) -> ChunkWork {
            let video = context[Self.video]
            return { chunk in
                let source = try video.open()
                var builder = try DepthSequenceBuilder(
                    convention: .metric(unit: "m"), frameRate: video.frameRate, in: context.scratchFolder)
                while let frame = try source.next() {
                    var depth = Raster<Float>(width: video.width, height: video.height, repeating: 2)
                    for y in 0..<video.height { depth[0, y] = .nan }
                    try builder.append(depth, stem: VideoInput.stem(frame.index), time: frame.time)
                }
                chunk.give(Self.depth, builder.finish())
                return Summary()
            }
        }
    }

    private static let registry = StageRegistry(
        stages: StageRegistry.standard.stages + [FlatSequence.self], kinds: StageRegistry.standard.kinds)

    private func graph(_ depth: String, outputs: String) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1, inputs: { clip: "video" },
              nodes: {
                depth: { stage: "\(depth)", in: { video: "$clip" } },
                cloud: { stage: "depth-points", in: { frames: "$clip", depth: "depth.depth" }, params: { focalLength: 2 } } },
              outputs: { \(outputs) } }
            """, name: "g")
    }

    @Test func metricDepthBecomesColouredPoints() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.file("frames"))
        for index in 0..<3 {
            let frame = Raster<UInt8>(width: 4, height: 2, channels: 3, repeating: UInt8(50 * index))
            try ImageFile.writePNG(frame, to: folder.file("frames/\(index).png"))
        }
        let plan = try Planner.plan(
            graph("flat-sequence", outputs: #" "p/{stem}.ply": "cloud.points", "z/{stem}.exr": "depth.depth" "#),
            registry: Self.registry)
        let report = try GraphRunner.run(
            plan, inputs: ["clip": InputBinding(path: folder.file("frames"))], into: folder.file("out"), progress: .silent())
        #expect(report.outputs.map(\.name) == ["p", "z", "run.json", "report.html"] && report.warnings.isEmpty)
        #expect(try FileSystem.list(folder.file("out/p")) == ["000000.ply", "000001.ply", "000002.ply"])
        let cloud = try PLYFile.readPoints(folder.file("out/p/000002.ply"))
        // Columns 1 to 3 of both rows; x = (u − 2) / 2 · 2 with u at the centre of the pixel.
        #expect(cloud.positions.count == 6 && cloud.colors.allSatisfy { $0 == [100, 100, 100] })
        #expect(cloud.positions.prefix(3) == [[-0.5, -0.5, 2], [0.5, -0.5, 2], [1.5, -0.5, 2]])
        let output = try JSONNode.read(folder.file("out/run.json")).required("outputs").required("z/{stem}.exr")
        #expect(try output.required("unit").string() == "m" && output.required("range").elements().count == 2)
        #expect(try DepthFile.read(folder.file("out/z/000001.exr")).values[0, 0].isNaN)
    }

    @Test func relativeDepthIsRefusedBeforeAnythingRuns() throws {
        let error = #expect(throws: FathomError.self) {
            try Planner.plan(graph("video-depth", outputs: #" "p/{stem}.ply": "cloud.points" "#), registry: Self.registry)
        }
        #expect(error?.code == .graphInvalid)
        #expect(error?.remedy?.contains("metric-video-depth") == true)
    }

    @Test func oneFileOrOnePerFrame() throws {
        for (output, isRight) in [
            ("d/{stem}.png", true), ("d.npz", true), ("d.mkv", true), ("d.png", false), ("{stem}.mkv", false), ("d.mp4", false),
        ] {
            let graph = try graph("video-depth", outputs: #" "\#(output)": "depth.depth" "#)
            #expect(throws: FathomError.self) { try Planner.plan(graph, registry: Self.registry) }
            let alone = try Graph.parse(
                """
                { fathom: 1, inputs: { clip: "video" }, nodes: { depth: { stage: "video-depth", in: { video: "$clip" } } },
                  outputs: { "\(output)": "depth.depth" } }
                """, name: "g")
            let isAccepted = (try? Planner.plan(alone, registry: Self.registry)) != nil
            #expect(isAccepted == isRight, "\(output)")
        }
    }
}
