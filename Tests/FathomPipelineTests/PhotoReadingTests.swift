import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

/// How often the photos of a scene are decoded in a run from photos to mesh and report.
struct PhotoReadingTests {
    private let folder: TemporaryFolder
    private let scene: String

    init() throws {
        folder = try TemporaryFolder()
        scene = folder.file("scene")
        try SmallScene.write(to: scene)
    }

    private struct Run {
        var decoded: Int
        var peakBytes: Int
        /// SHA-256 of every file, by output.
        var outputs: JSONValue
    }

    private func run(into name: String, memory: Int?) throws -> Run {
        let plan = try Planner.plan(Graph.open("builtin:mesh"), settings: [])
        _ = try GraphRunner.run(
            plan, inputs: ["photos": InputBinding(path: scene)], into: folder.file(name),
            options: RunOptions(memoryLimit: memory), progress: .silent())
        let record = try JSONNode.read(folder.file("\(name)/run.json"))
        return Run(
            decoded: try record.required("inputs").required("photos").required("photos_decoded").int(),
            peakBytes: try record.required("forecast").required("peak_bytes").int(),
            outputs: try record.required("outputs").value)
    }

    @Test func eachPhotoOnceWhereMemoryAllows() throws {
        let views = try SceneReader.read(scene)
        let ample = try run(into: "ample", memory: nil)
        #expect(ample.decoded == views.views.count)
        // What is left when the steps have what they need: two bytes, of which half may be kept.
        let scarce = try run(into: "scarce", memory: ample.peakBytes - views.pixelBytes + 2)
        #expect(scarce.peakBytes == ample.peakBytes - views.pixelBytes + 1)
        #expect(scarce.decoded > 4 * views.views.count)
        #expect(scarce.outputs == ample.outputs)
    }
}
