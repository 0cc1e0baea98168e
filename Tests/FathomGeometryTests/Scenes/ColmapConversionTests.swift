import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

/// Everything a COLMAP model can hold, from one encoding to the other and back.
@Suite struct ColmapConversionTests {
    /// Four photos of the rig as two frames of two cameras, with a third sensor of another kind that is not calibrated, as text
    /// files of COLMAP's in `sparse/0`.
    private func model(of rig: SyntheticRig, camera: String = "5 PINHOLE 96 72 80 80 48 36") throws -> ColmapModel {
        let poses = rig.scene.views.map(\.cameraFromWorld)
        func numbers(_ pose: Pose) -> String {
            let (q, t) = (pose.rotation.quaternion, pose.translation)
            return "\(q[0]) \(q[1]) \(q[2]) \(q[3]) \(t.x) \(t.y) \(t.z)"
        }
        FileSystem.removeTree(rig.folder.file("sparse"))
        func write(_ text: String, _ name: String) throws {
            try FileSystem.makeFolder(rig.folder.file("sparse/0"))
            try rig.folder.write(text, as: "sparse/0/\(name).txt")
        }
        let cameras = "9 OPENCV 96 72 80.25 79 47.75 36.5 -0.1 0.02 1e-4 0.3333\n4 SIMPLE_FISHEYE 96 72 80.25 47.75 36.5\n"
        try write(cameras + camera + "\n", "cameras")
        var keypoints = ["", "", "-1.5 1e-9 -1", ""]
        keypoints[0] = (0..<70).map { "\($0).1 3.7 \($0 % 4 == 1 ? 1 << 40 : -1)" }.joined(separator: " ")
        let images = [30, 12, 7, 99].enumerated().map { index, id in
            "\(id) \(numbers(poses[index])) \(index % 2 == 0 ? 4 : 9) set \(index % 2)/photo \(index).png\n\(keypoints[index])\n"
        }
        try write(images.joined(), "images")
        try write("\(1 << 40) 0.1 -2 3 1 2 255 0.37 30 1\n3 0 0 0 0 0 0 -1\n", "points3D")
        let mounted = "CAMERA 9 1 \(numbers(poses[1] * poses[0].inverse)) IMU 1 0"
        try write("2 3 CAMERA 4 \(mounted)\n6 1 CAMERA 5\n8 0\n", "rigs")
        let data = "3 CAMERA 4 30 CAMERA 9 12 IMU 1 \(1 << 50)"
        try write("17 2 \(numbers(poses[0])) \(data)\n5 2 \(numbers(poses[2])) 1 CAMERA 4 7\n", "frames")
        defer { FileSystem.removeTree(rig.folder.file("sparse")) }
        return try #require(ColmapFolder(rig.folder.path)).read(.complete)
    }

    /// Puts the photos where `model(of:)` names them and writes it.
    private func write(_ model: ColmapModel, of rig: SyntheticRig, as encoding: ColmapWriter.Encoding = .binary) throws {
        for (image, view) in zip(model.images, rig.scene.views) {
            let path = rig.folder.file("images/\(image.name)")
            try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count + 1)))
            try AtomicFile.write(FileSystem.read(view.imagePath), to: path)
        }
        try ColmapWriter.write(model, to: rig.folder.file("sparse/0"), encoding: encoding)
    }

    @Test func nothingIsLostBetweenTextAndBinary() throws {
        let rig = try SyntheticRig(views: 4)
        // A lens that scenes cannot have is copied all the same.
        let model = try model(of: rig, camera: "5 THIN_PRISM_FISHEYE 9 8 1.1 2 3 4 5 6 7 8 9 10 11 12")
        #expect(model.images[0].keypoints.count == 70 && model.images[0].keypoints[0].pointID == nil)
        #expect(model.rigs.map(\.others.count) == [2, 0, 0] && model.frames.map(\.data.count) == [3, 1])
        try write(model, of: rig)
        let (text, binary) = (rig.folder.file("text"), rig.folder.file("binary"))
        try ColmapConversion.convert(rig.folder.path, to: text, encoding: .text)
        try ColmapConversion.convert(text, to: binary, encoding: .binary)
        let folder = try #require(ColmapFolder(text))
        #expect(folder.encoding == .text && folder.path == text + "/sparse/0")
        #expect(try folder.read(.complete) == model)
        let files = try FolderContent.read(binary)
        #expect(files.count == 9)
        #expect(try FolderContent.read(rig.folder.path).filter { files.keys.contains($0.key) } == files)
    }

    /// The scene takes the poses of the images, whatever the frames say, but says so.
    @Test(arguments: [ColmapWriter.Encoding.text, .binary])
    func framesThatDisagreeAreToldApart(encoding: ColmapWriter.Encoding) throws {
        let rig = try SyntheticRig(views: 4)
        var model = try model(of: rig)
        try write(model, of: rig, as: encoding)
        let scene = try SceneReader.read(rig.folder.path)
        #expect(scene.warnings == [])
        #expect(scene.views.map(\.camera.lens)[0] == .fisheye(k1: 0, k2: 0, k3: 0, k4: 0))
        // Half of 2e-6 rad is what the quaternion turns by.
        model.frames[0].rigFromWorld.quaternion += [0, 1e-6, 0, 0]
        try write(model, of: rig, as: encoding)
        let moved = try SceneReader.read(rig.folder.path)
        #expect(moved.warnings.count == 1 && moved.warnings[0].contains("2 of 4 images are not those of their rigs"))
        #expect(moved.views.map(\.cameraFromWorld) == scene.views.map(\.cameraFromWorld))
    }

    @Test func rigsThatDoNotFitAreRefused() throws {
        let rig = try SyntheticRig(views: 4)
        func message(_ change: (inout ColmapModel) -> Void) throws -> String {
            var model = try model(of: rig)
            change(&model)
            try write(model, of: rig)
            let error = #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
            #expect(error?.code == .inputInvalid)
            return error?.message ?? ""
        }
        #expect(try message { $0.rigs[0].others[0].sensor.id = 4 } == "rig 2 has the CAMERA 4 twice")
        #expect(try message { $0.rigs[1].reference?.id = 3 }.contains("camera 3"))
        #expect(try message { $0.rigs[2].id = 2 }.contains("rig 2 appears twice"))
        #expect(try message { $0.frames[1].id = 17 }.contains("frame 17 appears twice"))
        #expect(try message { $0.frames[1].rigID = 1 }.contains("rig 1"))
        #expect(try message { $0.frames[1].rigID = 6 }.contains("CAMERA 4, which is not in rig 6"))
        #expect(try message { $0.frames[1].data[0].id = 8 }.contains("image 8"))
        #expect(try message { $0.frames[1].data[0].id = 30 }.contains("frames 17 and 5"))
        #expect(try message { $0.frames[1].data[0].id = 99 }.contains("image 99 is of camera 9, but of camera 4"))
        try write(try model(of: rig), of: rig)
        FileSystem.removeTree(rig.folder.file("sparse/0/frames.bin"))
        let error = #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
        #expect(error?.description.contains("frames.bin") == true)
    }

    @Test(arguments: ["colmap", "colmap-text"])
    func aSceneIsWrittenWithItsSubfoldersAndMasks(word: String) throws {
        var rig = try SyntheticRig()
        for index in rig.scene.views.indices {
            let path = rig.folder.file("images/\(index % 2)/view \(index / 2).PNG")
            try FileSystem.makeFolder(rig.folder.file("images/\(index % 2)"))
            try AtomicFile.write(FileSystem.read(rig.scene.views[index].imagePath), to: path)
            rig.scene.views[index].imagePath = path
            rig.scene.views[index].stem = "\(index % 2)_view \(index / 2)"
        }
        rig.scene.views[3].maskPath = rig.scene.views[3].imagePath
        rig.scene.views[2].depthRange = 1...2
        let (output, again) = (rig.folder.file("out"), rig.folder.file("again"))
        let exporter = try #require(SceneWriter.exporter(word))
        #expect(try SceneWriter.write(rig.scene, to: output, as: exporter).count == 1)
        let scene = try SceneReader.read(output, options: SceneOptions(masks: "masks"))
        #expect(scene.views.map(\.stem) == ["0_view 0", "0_view 1", "0_view 2", "0_view 3", "1_view 0", "1_view 1", "1_view 2"])
        #expect(scene.views[5].maskPath == output + "/masks/1_view 1.png")
        rig.scene.views = [0, 2, 4, 6, 1, 3, 5].map { rig.scene.views[$0] }
        #expect(rig.worstReprojection(scene) <= 1e-6)
        #expect(try SceneWriter.write(scene, to: again, as: exporter) == [])
        let (first, second) = try (FolderContent.read(output), FolderContent.read(again))
        #expect(first.filter { !$0.key.hasPrefix("sparse") } == second.filter { !$0.key.hasPrefix("sparse") })
        #expect(rig.worstReprojection(try SceneReader.read(again)) <= 1e-6)
    }

    @Test func namesThatLeadOutOfTheFolderAreNotWritten() throws {
        let rig = try SyntheticRig(views: 4)
        var model = try model(of: rig)
        model.images[3].name = "../../stray.png"
        try ColmapWriter.write(model, to: rig.folder.file("in/sparse/0"), encoding: .text)
        for image in model.images {
            let path = rig.folder.file("in/images/\(image.name)")
            try FileSystem.makeFolder(rig.folder.file("in/images/set 0"))
            try FileSystem.makeFolder(rig.folder.file("in/images/set 1"))
            try AtomicFile.write(FileSystem.read(rig.scene.views[0].imagePath), to: path)
        }
        let output = rig.folder.file("a/b/c")
        let error = #expect(throws: FathomError.self) {
            try ColmapConversion.convert(rig.folder.file("in"), to: output, encoding: .text)
        }
        #expect(error?.description.contains("leads out") == true)
        #expect(FileSystem.kind(of: rig.folder.file("a/b/stray.png")) == nil)
    }

    @Test func damagedRigsNeverCrash() throws {
        let rig = try SyntheticRig(views: 4)
        let model = try model(of: rig)
        for encoding in [ColmapWriter.Encoding.text, .binary] {
            try ColmapWriter.write(model, to: rig.folder.file("sparse"), encoding: encoding)
            let type = encoding == .text ? "txt" : "bin"
            for copy in Mutator.mutations(
                of: try FileSystem.read(rig.folder.file("sparse/rigs.\(type)")), as: .mixed, count: 1000)
            {
                do {
                    var copyOfModel = model
                    copyOfModel.rigs =
                        encoding == .text
                        ? try ColmapTextReader.rigs(TextScanner(copy, path: "x"))
                        : try ColmapBinaryReader.rigs(ByteReader(copy, path: "x"))
                    try copyOfModel.checkRigs(at: "x")
                    _ = copyOfModel.frameDisagreement()
                } catch is FathomError {}
            }
            for copy in Mutator.mutations(
                of: try FileSystem.read(rig.folder.file("sparse/frames.\(type)")), as: .mixed, count: 1000)
            {
                do {
                    var copyOfModel = model
                    copyOfModel.frames =
                        encoding == .text
                        ? try ColmapTextReader.frames(TextScanner(copy, path: "x"))
                        : try ColmapBinaryReader.frames(ByteReader(copy, path: "x"))
                    try copyOfModel.checkRigs(at: "x")
                    _ = copyOfModel.frameDisagreement()
                } catch is FathomError {}
            }
        }
    }
}
