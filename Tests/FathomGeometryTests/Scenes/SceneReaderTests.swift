import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct SceneReaderTests {
    @Test func aForeignFolderIsRefusedWithWhatWasLookedFor() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FathomError.self) { try SceneReader.read(folder.path) }
        #expect(error?.code == .inputInvalid)
        for importer in SceneReader.importers { #expect(error?.description.contains(importer.signature) == true) }
        #expect(throws: FathomError.self) { try SceneReader.read(folder.file("absent")) }
    }

    @Test func middleburyCamerasProjectTheCube() throws {
        let rig = try SyntheticRig(pinholeOnly: true, imageFolder: ".")
        func names(_ view: View) -> String { view.imagePath.lastPathComponent.replacing(" ", with: "_") }
        var text = "\(rig.scene.views.count)\n"
        for view in rig.scene.views {
            try AtomicFile.write(FileSystem.read(view.imagePath), to: rig.folder.file(names(view)))
            let t = view.cameraFromWorld.translation
            let numbers = view.camera.matrix.rowMajor + view.cameraFromWorld.rotation.rowMajor + [t.x, t.y, t.z]
            text += "\(names(view)) \(numbers.map { "\($0)" }.joined(separator: " "))\n"
        }
        try rig.folder.write(text, as: "cube_par.txt")
        let box = Bounds(lower: [-1, -1, -1], upper: [1, 1, 1])
        let scene = try SceneReader.read(rig.folder.path, options: SceneOptions(bounds: box))
        #expect(scene.format == "Middlebury cameras" && scene.bounds == box && scene.warnings == [])
        #expect(rig.worstReprojection(scene) <= 1e-6)
        let output = rig.folder.file("cube")
        #expect(try SceneWriter.write(scene, to: output, as: MiddleburyExporter()) == ["the box to reconstruct"])
        #expect(try FileSystem.readText(output + "/cube_par.txt") == text)
    }

    @Test func posedFramesProjectTheCube() throws {
        let rig = try SyntheticRig(pinholeOnly: true, imageFolder: ".")
        for (index, view) in rig.scene.views.enumerated() {
            let frame = "frame-00000\(index)"
            try AtomicFile.write(FileSystem.read(view.imagePath), to: rig.folder.file(frame + ".color.png"))
            let (r, t) = (view.cameraFromWorld.inverse.rotation, view.cameraFromWorld.center)
            try rig.folder.write(
                "\(r.row0.x) \(r.row0.y) \(r.row0.z) \(t.x)\n\(r.row1.x) \(r.row1.y) \(r.row1.z) \(t.y)\n"
                    + "\(r.row2.x) \(r.row2.y) \(r.row2.z) \(t.z)\n0 0 0 1\n", as: frame + ".pose.txt")
        }
        // Without intrinsics only the Kinect's own image size is accepted.
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
        let given = SceneOptions(intrinsics: [80.25, 79.5, 47.75, 36.5])
        #expect(rig.worstReprojection(try SceneReader.read(rig.folder.path, options: given)) <= 1e-6)
        try rig.folder.write("80.25 0 47.75\n0 79.5 36.5\n0 0 1\n", as: "camera.txt")
        #expect(rig.worstReprojection(try SceneReader.read(rig.folder.path)) <= 1e-6)
        // A frame that was lost while tracking has no finite pose.
        try rig.folder.write(Array(repeating: "-inf", count: 16).joined(separator: " "), as: "frame-000003.pose.txt")
        let scene = try SceneReader.read(rig.folder.path)
        #expect(scene.views.count == 6 && scene.warnings.count == 1 && scene.warnings[0].contains("frame-000003"))
        try rig.folder.write("1 0 0 0 0 1 0 0 0 0 -1 0 0 0 0 1", as: "frame-000003.pose.txt")
        let error = #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
        #expect(error?.description.contains("determinant") == true)
    }

    @Test func masksAreFoundBesideTheSceneAndChecked() throws {
        let rig = try SyntheticRig(views: 3)
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse/0"), encoding: .text)
        let options = SceneOptions(masks: "masks")
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path, options: options) }
        try FileSystem.makeFolder(rig.folder.file("masks"))
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path, options: options) }
        let mask = rig.folder.file("masks/photo 1.png")
        try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 255), to: mask)
        let scene = try SceneReader.read(rig.folder.path, options: options)
        #expect(scene.views.map(\.maskPath) == [nil, mask, nil] && scene.warnings.count == 1)
        #expect(try SceneReader.read(rig.folder.path).views.allSatisfy { $0.maskPath == nil })
        try ImageFile.writePNG(Raster<UInt8>(width: 95, height: 72, repeating: 255), to: mask)
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path, options: options) }
    }

    @Test(
        .needsSharedMaterial,
        arguments: [
            ("fountain-P11", "COLMAP text model", 11), ("dtu-scan24", "COLMAP text model", 49),
            ("livingroom", "COLMAP text model", 48), ("temple-sparse-ring", "Middlebury cameras", 16),
            ("7-scenes", "RGB-D frames", 48),
        ])
    func realScenesAreRecognised(name: String, format: String, views: Int) throws {
        let scene = try SceneReader.read(SharedMaterial.path("data/\(name)"))
        #expect(scene.format == format)
        #expect(scene.views.count == views)
        #expect(scene.views.allSatisfy { $0.cameraFromWorld.rotation.orthonormalityError < 1e-14 })
    }

    /// COLMAP poses of the rendered room agree with its camera→world trajectory.
    @Test(.needsSharedMaterial)
    func worldAndCameraAreNotSwapped() throws {
        let scene = try SceneReader.read(SharedMaterial.path("data/livingroom"))
        var text = try TextScanner(path: SharedMaterial.path("data/livingroom/trajectory.log"))
        for view in scene.views {
            guard text.nextContentLine() else { throw text.failure("ended") }
            var rows: [[Double]] = []
            for _ in 0..<4 {
                guard text.nextContentLine() else { throw text.failure("ended") }
                rows.append(try (0..<4).map { _ in try text.double("entry") })
            }
            #expect(length(view.cameraFromWorld.center - [rows[0][3], rows[1][3], rows[2][3]]) < 1e-6)
        }
    }
}
