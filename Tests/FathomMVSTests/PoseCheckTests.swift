import FathomCore
import FathomGeometry
import FathomMVS
import FathomTestSupport
import Testing

@Suite struct PoseCheckTests {
    /// Photos of every kind tell the right poses from wrong ones, and how to set them right.
    @Test(
        .needsSharedMaterial,
        arguments: [
            ("fountain-P11", CameraAxes.openGL, PoseReading.Direction.stated),
            ("dtu-scan24", .pyTorch3D, .stated),
            ("temple-sparse-ring", .unity, .stated),
            ("livingroom", .pyTorch3D, .inverted),
            ("7-scenes", .openGL, .transposed),
            ("llff-fern", .openCV, .inverted),
            ("nerf-lego", .openCV, .stated),
        ])
    func realPhotosKnowTheirPoses(name: String, axes: CameraAxes, direction: PoseReading.Direction) throws {
        let path = try SharedMaterial.path("data/\(name)")
        let right = try PoseCheck.check(SceneReader.read(path))
        #expect(right.verdict == .ok && figure("fitting", right) > 0.6, "\(right.sentence)")

        let wrong = try PoseCheck.check(SceneReader.read(path, options: SceneOptions(axes: axes, direction: direction)))
        #expect(wrong.verdict == .error && figure("fitting", wrong) < 0.5 * figure("fitting_best", wrong), "\(wrong.sentence)")
        let flags = direction == .stated ? "--convention" : "--convention and --pose-direction"
        #expect(wrong.remedy == "leave out \(flags)")
    }

    /// Photos given to the wrong poses fit no reading: a warning, for the photos may also have too little in common.
    @Test func exchangedPhotosAreSuspicious() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.path, width: 320, height: 240)
        var scene = try SceneReader.read(folder.path)
        #expect(!PoseCheck.isNeeded(scene))
        #expect(try PoseCheck.check(scene).verdict == .ok)
        let paths = scene.views.map(\.imagePath)
        for (view, other) in [(0, 3), (1, 0), (2, 4), (3, 1), (4, 2)] { scene.views[view].imagePath = paths[other] }
        let check = try PoseCheck.check(scene)
        #expect(check.verdict == .warning && check.warning?.contains("order of the images") == true, "\(check.sentence)")
    }

    private func figure(_ name: String, _ check: SceneCheck) -> Double {
        check.figures.first { $0.name == name }?.value ?? .nan
    }
}
