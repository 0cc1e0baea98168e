import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// What users say about a scene that its files do not.
@Suite struct SceneOptionsTests {
    @Test func camerasAreScaledToReducedImagesWhenAsked() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse/0"), encoding: .text)
        try FileSystem.makeFolder(rig.folder.file("images_2"))
        for view in rig.scene.views {
            try ImageFile.writePNG(
                Raster<UInt8>(width: 48, height: 36, channels: 3, repeating: 9),
                to: rig.folder.file("images_2").appendingPath(view.imagePath.lastPathComponent))
        }
        var options = SceneOptions(images: "images_2")
        let error = #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path, options: options) }
        #expect(error?.code == .inputInvalid && error?.remedy?.contains("--scale-cameras fit") == true)
        for scale in [SceneOptions.CameraScale.fit, .factor(0.5)] {
            options.cameraScale = scale
            let scene = try SceneReader.read(rig.folder.path, options: options)
            for (whole, half) in zip(rig.scene.views, scene.views) {
                #expect(half.imagePath.contains("images_2/") && half.camera.width == 48 && half.camera.height == 36)
                for corner in SyntheticRig.cube {
                    let p = try #require(whole.camera.project(whole.cameraFromWorld * corner))
                    let q = try #require(half.camera.project(half.cameraFromWorld * corner))
                    #expect(length(SIMD3(p / 2 - q, 0)) < 1e-9)
                }
            }
        }
        options.images = "images_3"
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path, options: options) }
    }

    /// A COLMAP model whose poses someone wrote with OpenGL's axes, as camera→world, is read right once that is said.
    @Test func posesAreReadAsTheUserSays() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        var wrong = rig.scene
        for index in wrong.views.indices {
            let pose = wrong.views[index].cameraFromWorld
            let signs = CameraAxes.openGL.signs
            wrong.views[index].cameraFromWorld =
                Pose(
                    rotation: .diagonal(signs) * pose.rotation, translation: signs * pose.translation
                ).inverse
        }
        wrong.points = []
        try ColmapWriter.write(wrong, to: rig.folder.file("sparse/0"), encoding: .binary)
        let options = SceneOptions(axes: .openGL, direction: .inverted)
        #expect(rig.worstReprojection(try SceneReader.read(rig.folder.path, options: options)) <= 1e-6)
    }
}
