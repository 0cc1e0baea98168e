import FathomCore
import FathomGeometry
import FathomMedia
import FathomSynthetic
import FathomTestSupport
import Testing

@Suite struct SceneExportTests {
    private var options: SynthesisOptions {
        var options = SynthesisOptions()
        (options.views, options.width, options.height, options.points) = (6, 96, 64, 40)
        options.imageFormat = .png
        options.edge = 0.03
        return options
    }

    @Test func whatIsWrittenReadsBackAsTheScene() throws {
        let folder = try TemporaryFolder()
        let scene = SyntheticScene(.objects, seed: 3)
        let summary = try scene.write(to: folder.path, options: options)
        #expect(summary.views == 6 && summary.points == 40 && summary.triangles > 1000)

        let read = try SceneReader.read(folder.path)
        let viewpoints = scene.viewpoints(count: 6, width: 96, height: 64)
        #expect(read.views.map(\.stem) == ["000", "001", "002", "003", "004", "005"])
        #expect(read.points.count == 40)
        for (view, viewpoint) in zip(read.views, viewpoints) {
            #expect(view.camera == viewpoint.camera)
            #expect(length(view.cameraFromWorld.center - viewpoint.cameraFromWorld.center) < 1e-12)
            let exact = scene.render(viewpoint)
            let depth = try DepthFile.read(folder.file("depth/\(view.stem).exr"))
            #expect(depth.convention == .metric(unit: "m"))
            #expect(depth.values.samples.array.map(\.bitPattern) == exact.depth.samples.array.map(\.bitPattern))
            guard case .u8(let mask) = try ImageFile.read(folder.file("masks/\(view.stem).png")).samples else {
                Issue.record("the mask is not 8-bit")
                continue
            }
            #expect(mask == exact.mask)
        }
        #expect(try PLYFile.readMesh(folder.file("mesh.ply")).triangles.count == summary.triangles)
    }

    @Test func equalOptionsGiveEqualFiles() throws {
        let (a, b) = (try TemporaryFolder(), try TemporaryFolder())
        for folder in [a, b] { try SyntheticScene(.courtyard, seed: 2).write(to: folder.path, options: options) }
        for name in ["images/001.png", "depth/002.exr", "sparse/0/images.txt", "sparse/0/points3D.txt", "mesh.ply"] {
            #expect(try FileSystem.read(a.file(name)) == FileSystem.read(b.file(name)), "\(name)")
        }
    }
}
