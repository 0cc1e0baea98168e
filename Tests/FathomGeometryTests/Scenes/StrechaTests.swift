import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

@Suite struct StrechaTests {
    @Test func aWrittenSceneReadsBackTheSame() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        let output = rig.folder.file("strecha")
        #expect(try SceneWriter.write(rig.scene, to: output, as: StrechaExporter()) == ["8 sparse points"])
        for path in [output, output + "/cameras"] {
            let scene = try SceneReader.read(path)
            #expect(scene.format == "Strecha cameras" && scene.warnings == [])
            #expect(scene.views.map(\.stem) == rig.scene.views.map(\.stem))
            #expect(rig.worstReprojection(scene) <= 1e-6)
        }
        let one = try SceneReader.read(output + "/cameras/photo 2.png.camera")
        #expect(one.views.map(\.stem) == ["photo 2"])
    }

    /// P = K[Rᵀ | −RᵀC], multiplied out entry by entry, gives the pixel counted from the centre of the first one.
    @Test func posesAreThoseOfTheProjectionMatrix() throws {
        let (k, r, c) = (
            [[80.5, 0, 47.25], [0, 79.5, 36.75], [0, 0, 1.0]],
            [[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]], [1.5, -2, 0.25]
        )
        let lines = (k + [[0, 0, 0]] + r + [c]).map { $0.map { "\($0)" }.joined(separator: " ") }
        let text = lines.joined(separator: " \n") + "\n96 72"
        let (camera, pose) = try StrechaImporter.parse(TextScanner(Array(text.utf8), path: "x"))
        var p = [[Double]](repeating: [0, 0, 0, 0], count: 3)
        for row in 0..<3 {
            for column in 0..<3 {
                for inner in 0..<3 {
                    p[row][column] += k[row][inner] * r[column][inner]
                    p[row][3] -= k[row][inner] * r[column][inner] * c[column]
                }
            }
        }
        for corner in SyntheticRig.cube {
            let world = pose.inverse * (corner + [0.3, 0, 5])
            let h = p.map { $0[0] * world.x + $0[1] * world.y + $0[2] * world.z + $0[3] }
            let pixel = try #require(camera.project(pose * world))
            #expect(abs(pixel.x - 0.5 - h[0] / h[2]) < 1e-9 && abs(pixel.y - 0.5 - h[1] / h[2]) < 1e-9 && h[2] > 0)
        }
        let faults = [
            ("0.0 0.0 0.0 \n0.36", "0.0 1e-3 0.0 \n0.36", "distortion"),
            ("96 72", "96", "2 of 2 of the image size"),
        ]
        for (from, to, word) in faults {
            let damaged = Array(text.replacing(from, with: to).utf8)
            let error = #expect(throws: FathomError.self) { try StrechaImporter.parse(TextScanner(damaged, path: "x")) }
            #expect(error?.description.contains(word) == true)
        }
        for copy in Mutator.mutations(of: Array(text.utf8), as: .text, count: 2000) {
            do { _ = try StrechaImporter.parse(TextScanner(copy, path: "x")) } catch is FathomError {}
        }
    }

    /// The files of the full-size photos, scaled to the halves beside them, are the cameras of the COLMAP model.
    @Test(.needsSharedMaterial)
    func fountainAgreesWithItsColmapModel() throws {
        let path = try SharedMaterial.path("data/fountain-P11/cameras")
        let error = #expect(throws: FathomError.self) { try SceneReader.read(path) }
        #expect(error?.description.contains("3072×2048") == true && error?.description.contains("--scale-cameras fit") == true)
        let scene = try SceneReader.read(path, options: SceneOptions(cameraScale: .fit))
        let model = try SceneReader.read(SharedMaterial.path("data/fountain-P11"))
        #expect(model.format == "COLMAP text model" && model.warnings.contains { $0.contains("Strecha") })
        #expect(scene.views.map(\.stem) == model.views.map(\.stem))
        for (a, b) in zip(scene.views, model.views) {
            #expect(abs(a.camera.cx - b.camera.cx) < 1e-9 && abs(a.camera.cy - b.camera.cy) < 1e-9)
            #expect(abs(a.camera.fx - b.camera.fx) < 1e-9 && abs(a.camera.fy - b.camera.fy) < 1e-9)
            #expect(length(a.cameraFromWorld.center - b.cameraFromWorld.center) < 1e-4)
            let turned = zip(a.cameraFromWorld.rotation.rowMajor, b.cameraFromWorld.rotation.rowMajor).map { abs($0 - $1) }
            #expect(turned.max() ?? 1 < 1e-5)
        }
    }
}
