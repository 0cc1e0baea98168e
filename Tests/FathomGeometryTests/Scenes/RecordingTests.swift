import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// RGB-D recordings: 7-Scenes', Redwood's and TUM's layouts.
@Suite struct RecordingTests {
    /// The rig with depth images: plain millimetres, TUM's coding with a depth beyond 16 bits of millimetres, none.
    private func rig() throws -> SyntheticRig {
        var rig = try SyntheticRig(views: 3, pinholeOnly: true)
        var depth = Raster<UInt16>(width: 96, height: 72, repeating: 2500)
        depth[0, 0] = 0
        depth[1, 0] = 65535
        depth[2, 0] = 40_000
        try ImageFile.writePNG(depth, to: rig.folder.file("a.png"))
        rig.scene.views[0].measuredDepth = .init(path: rig.folder.file("a.png"), codeScale: 0.001)
        rig.scene.views[1].measuredDepth = .init(path: rig.folder.file("a.png"), codeScale: 0.002)
        rig.scene.unit = "m"
        rig.scene.points = []
        return rig
    }

    @Test(arguments: ["rgbd", "redwood"])
    func aWrittenRecordingReadsBackTheSame(word: String) throws {
        let rig = try rig()
        let output = rig.folder.file(word)
        let exporter = try #require(SceneWriter.exporter(word))
        #expect(
            try SceneWriter.write(rig.scene, to: output, as: exporter)
                == ["depths beyond 65.534 in 1 views", "the names of 3 photos"])
        let scene = try SceneReader.read(output)
        #expect(scene.format == exporter.name && scene.unit == "m" && scene.warnings == [])
        #expect(rig.worstReprojection(scene) <= 1e-6)
        let depths = try scene.views.map {
            try $0.measuredDepth.map {
                try DepthFile.read($0.path, as: DepthReading(coding: $0.codeScale.map { .scale($0) })).values
            }
        }
        #expect(depths[2] == nil && scene.views[2].depthRange == nil)
        for (index, expected) in [[Float.nan, .nan, 40, 2.5], [.nan, .nan, .nan, 5]].enumerated() {
            let found = try #require(depths[index]).samples.array.prefix(4)
            for (a, b) in zip(found, expected) { #expect(a == b || a.isNaN && b.isNaN) }
            let range = try #require(scene.views[index].depthRange)
            let middle = Double(expected[3])
            #expect(abs(range.lowerBound - 0.8 * middle) < 1e-9 && abs(range.upperBound - 1.25 * middle) < 1e-9)
        }
        // One recording has one camera.
        var other = rig.scene
        other.views[1].camera.fx += 1
        #expect(throws: FathomError.self) { try SceneWriter.write(other, to: output, as: exporter) }
    }

    @Test func trajectoriesAreMatchedWithTheirImages() throws {
        let rig = try rig()
        let output = rig.folder.file("redwood")
        _ = try SceneWriter.write(rig.scene, to: output, as: TrajectoryExporter())
        let log = output + "/trajectory.log"
        #expect(try SceneReader.read(log).views.count == 3)
        let lines = try FileSystem.readText(log).split(separator: "\n").map(String.init)
        try AtomicFile.write(lines.prefix(10).joined(separator: "\n"), to: log)
        #expect(try SceneReader.read(output).warnings == ["1 images have no pose and were left out, the first is 00002.png"])
        try AtomicFile.write((lines.prefix(6) + ["nan 0 0 0"] + lines[7...]).joined(separator: "\n"), to: log)
        let scene = try SceneReader.read(output)
        #expect(scene.views.map(\.stem) == ["00000", "00002"] && scene.warnings[0].contains("not finite"))
        try AtomicFile.write((lines + lines.suffix(5)).joined(separator: "\n"), to: log)
        #expect(throws: FathomError.self) { try SceneReader.read(output) }
        // Without intrinsics only the PrimeSense's own image size is accepted.
        try AtomicFile.write(lines.joined(separator: "\n"), to: log)
        FileSystem.removeTree(output + "/camera_intrinsic.json")
        #expect(throws: FathomError.self) { try SceneReader.read(output) }
        let given = try SceneReader.read(output, options: SceneOptions(intrinsics: [80.25, 79.5, 47.75, 36.5]))
        #expect(rig.worstReprojection(given) <= 1e-6)
        try AtomicFile.write("80.25 79.5 47.25 36\n", to: output + "/intrinsics.txt")
        #expect(rig.worstReprojection(try SceneReader.read(output)) <= 1e-6)
        try AtomicFile.write(
            #"{"width": 96, "height": 72, "intrinsic_matrix": [80.25, 0, 47.25, 0, 79.5, 36, 0, 0, 1]}"#,
            to: output + "/intrinsic.json")
        let error = #expect(throws: FathomError.self) { try SceneReader.read(output) }
        #expect(error?.description.contains("columns") == true)
    }

    @Test func tumListsAreMatchedByTime() throws {
        let rig = try rig()
        var (photos, poses) = ("# timestamp filename\n", "# timestamp tx ty tz qx qy qz qw\n")
        for (index, view) in rig.scene.views.enumerated() {
            let (time, pose) = (1_305_031_102 + Double(index) / 30, view.cameraFromWorld.inverse)
            photos += "\(time) images/photo \(index).png\n"
            let (t, q) = (pose.translation, pose.rotation.quaternion)
            poses += "\(time + 0.011) \(t.x) \(t.y) \(t.z) \(q[1]) \(q[2]) \(q[3]) \(q[0])\n"
            poses += "\(time - 0.014) 0 0 0 0 0 0 1\n"
        }
        try rig.folder.write(photos + "1305031103 images/late.png\n", as: "rgb.txt")
        try rig.folder.write("1305031102.019 a.png\n", as: "depth.txt")
        try rig.folder.write(poses, as: "groundtruth.txt")
        try rig.folder.write("80.25 79.5 47.25 36\n", as: "camera.txt")
        let scene = try SceneReader.read(rig.folder.path)
        #expect(scene.format == "TUM RGB-D recording" && scene.warnings.count == 1)
        #expect(rig.worstReprojection(scene) <= 1e-6)
        #expect(scene.views.map(\.measuredDepth?.codeScale) == [1.0 / 5000, 1.0 / 5000, nil])
    }

    /// Both descriptions of the rendered room give the same cameras; the one not read is named.
    @Test(.needsSharedMaterial)
    func livingroomAgreesWithItsColmapModel() throws {
        let model = try SceneReader.read(SharedMaterial.path("data/livingroom"))
        #expect(model.format == "COLMAP text model" && model.warnings.contains { $0.contains("RGB-D trajectory") })
        let scene = try SceneReader.read(SharedMaterial.path("data/livingroom/trajectory.log"))
        #expect(scene.views.map(\.stem) == model.views.map(\.stem) && scene.views.allSatisfy { $0.measuredDepth != nil })
        #expect(scene.views.map(\.camera) == model.views.map(\.camera))
        #expect(scene.warnings.count == 1 && scene.warnings[0].contains("PrimeSense"))
        for (a, b) in zip(scene.views, model.views) {
            #expect(length(a.cameraFromWorld.center - b.cameraFromWorld.center) < 1e-6)
            #expect(dot(a.cameraFromWorld.forward, b.cameraFromWorld.forward) > 1 - 1e-10)
        }
    }

    @Test func damagedFilesNeverCrash() throws {
        let log = Array("0 0 1\n1 0 0 0.5\n0 1 0 -2\n0 0 1 3e-1\n0 0 0 1\n1 1 2\n1 0 0 0.5\n0 1 0 -2\n0 0 1 3e-1\n0 0 0 1\n".utf8)
        let poses = Array("# t\n1.5 1 2 3 0 0.6 0 0.8\n2.5 1 2 3 1 0 0 0\n".utf8)
        for copy in Mutator.mutations(of: log, as: .text, count: 2000) {
            do { _ = try TrajectoryImporter.poses(TextScanner(copy, path: "x")) } catch is FathomError {}
        }
        for copy in Mutator.mutations(of: poses, as: .text, count: 2000) {
            do {
                _ = try TUMImporter.poses(TextScanner(copy, path: "x")).nearest(to: 2, within: 1)
                _ = try TUMImporter.files(TextScanner(copy, path: "x")).nearest(to: 2, within: 1)
            } catch is FathomError {}
        }
    }
}
