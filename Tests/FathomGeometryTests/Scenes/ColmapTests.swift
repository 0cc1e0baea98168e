import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

@Suite struct ColmapTests {
    @Test(arguments: [ColmapWriter.Encoding.text, .binary])
    func aWrittenModelReadsBackTheSame(encoding: ColmapWriter.Encoding) throws {
        let rig = try SyntheticRig()
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse/0"), encoding: encoding)
        let scene = try SceneReader.read(rig.folder.path)
        #expect(scene.format == (encoding == .text ? "COLMAP text model" : "COLMAP binary model"))
        #expect(scene.warnings == [])
        #expect(scene.views.map(\.stem) == rig.scene.views.map(\.stem))
        #expect(scene.views.map(\.camera) == rig.scene.views.map(\.camera))
        #expect(scene.points.map(\.position) == rig.scene.points.map(\.position))
        #expect(scene.points.map(\.color) == rig.scene.points.map(\.color))
        #expect(scene.points.map(\.views) == rig.scene.points.map(\.views))
        #expect(rig.worstReprojection(scene) <= 1e-6)
    }

    @Test func theBinaryModelIsPreferred() throws {
        let rig = try SyntheticRig()
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse"), encoding: .text)
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse"), encoding: .binary)
        #expect(try SceneReader.read(rig.folder.path).format == "COLMAP binary model")
        // The model folder itself is a scene too: its images are found above it.
        #expect(try SceneReader.read(rig.folder.file("sparse")).views.count == 7)
    }

    /// Gaps in the ids, comments, spaces in names, subfolders, blank second lines that count, carriage returns.
    @Test func textFilesOfOtherProgramsAreRead() throws {
        let rig = try SyntheticRig(views: 3)
        let images = rig.folder.file("images")
        for name in ["left/a b.png", "right/a b.png", "c.png"] {
            let path = images.appendingPath(name)
            try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count + 1)))
            try AtomicFile.write(FileSystem.read(rig.scene.views[0].imagePath), to: path)
        }
        let model = rig.folder.file("sparse/0")
        try FileSystem.makeFolder(model)
        try AtomicFile.write(
            "# cameras\n\n7 SIMPLE_RADIAL 96 72 80 48 36 -0.1\r\n9 SIMPLE_PINHOLE 96 72 81 48 36\n3 RADIAL_FISHEYE 96 72 80 48 36 0.1 0.2\n",
            to: model.appendingPath("cameras.txt"))
        try AtomicFile.write(
            """
            # images
            40 1 0 0 0 0 0 3 7 right/a b.png

            12 1 0 0 0 1 0 3 9 left/a b.png
            10.5 20.5 -1 30.25 40 5
            99 1 0 0 0 2 0 3 3 c.png
            """, to: model.appendingPath("images.txt"))
        try AtomicFile.write(
            "5 0 0 1 1 2 3 0.4 99 0 12 1 99 2 77 0\n", to: model.appendingPath("points3D.txt"))
        let scene = try SceneReader.read(rig.folder.path)
        #expect(scene.views.map(\.stem) == ["c", "left_a b", "right_a b"])
        #expect(scene.views.map(\.camera.lens) == [.fisheye(k1: 0.1, k2: 0.2, k3: 0, k4: 0), .pinhole, .radial(k1: -0.1, k2: 0)])
        #expect(scene.views[1].cameraFromWorld.translation == [1, 0, 3])
        #expect(scene.points.map(\.views) == [[0, 1]])
        #expect(scene.warnings.count == 1)
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var file: String
        var replace: String
        var with: String
        var code: FathomError.Code
        /// Words the message must hold.
        var says: [String]
        var testDescription: String { says.joined(separator: " ") }
    }

    static let faults = [
        Fault(
            file: "cameras.txt", replace: "PINHOLE 96", with: "FOV 96", code: .inputInvalid, says: ["line 2", "FOV", "undistort"]),
        Fault(
            file: "cameras.txt", replace: "PINHOLE 96", with: "WARPED 96", code: .inputInvalid,
            says: ["line 2", "unknown", "WARPED"]),
        Fault(file: "cameras.txt", replace: "96 72", with: "192 144", code: .inputInvalid, says: ["96×72", "192×144", "×0.5"]),
        Fault(file: "cameras.txt", replace: " 80.25 ", with: " -80.25 ", code: .inputInvalid, says: ["focal"]),
        Fault(file: "cameras.txt", replace: " 80.25 ", with: " inf ", code: .inputInvalid, says: ["line 2", "finite"]),
        Fault(file: "cameras.txt", replace: " 36.5\n", with: "\n", code: .inputInvalid, says: ["line 2", "parameter 4 of 4"]),
        Fault(
            file: "images.txt", replace: "photo 1.png", with: "photo 0.png", code: .inputInvalid, says: ["photo 0.png", "twice"]),
        Fault(file: "images.txt", replace: "photo 1.png", with: "away.png", code: .inputMissing, says: ["images/away.png"]),
        Fault(file: "images.txt", replace: " 1 photo 0.png", with: " 55 photo 0.png", code: .inputInvalid, says: ["camera 55"]),
        Fault(file: "images.txt", replace: "\n1 0.", with: "\n1 7.", code: .inputInvalid, says: ["line 3", "quaternion"]),
        Fault(file: "images.txt", replace: " photo 0.png\n", with: " photo 0.png", code: .inputInvalid, says: ["image"]),
        Fault(file: "points3D.txt", replace: " 255 0", with: " 256 0", code: .inputInvalid, says: ["line 2", "256"]),
    ]

    @Test(arguments: faults)
    func everyFaultIsNamed(fault: Fault) throws {
        let rig = try SyntheticRig()
        let model = rig.folder.file("sparse/0")
        try ColmapWriter.write(rig.scene, to: model, encoding: .text)
        let path = model.appendingPath(fault.file)
        let text = try FileSystem.readText(path)
        let range = try #require(text.firstRange(of: fault.replace))
        try AtomicFile.write(text.replacingCharacters(in: range, with: fault.with), to: path)
        let error = #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
        #expect(error?.code == fault.code)
        for word in fault.says { #expect(error?.description.contains(word) == true, "\(String(describing: error))") }
    }

    @Test func invertedPosesAreRefused() throws {
        var rig = try SyntheticRig(pinholeOnly: true)
        for index in rig.scene.views.indices { rig.scene.views[index].cameraFromWorld.translation.z -= 12 }
        rig.scene.points = (0..<4).flatMap { _ in rig.scene.points }
        try ColmapWriter.write(rig.scene, to: rig.folder.file("sparse/0"), encoding: .binary)
        // The writer leaves out what lies behind a camera, so the tracks are put back by hand.
        let path = rig.folder.file("sparse/0/points3D.bin")
        try AtomicFile.write([0], to: path)
        #expect(throws: FathomError.self) { try SceneReader.read(rig.folder.path) }
        let draft = rig.scene.views.map {
            SceneAssembly.Draft(
                name: $0.stem, imagePath: $0.imagePath, camera: $0.camera, cameraFromWorld: $0.cameraFromWorld)
        }
        let assembly = SceneAssembly(folder: rig.folder.path, options: SceneOptions(), format: "test")
        let error = #expect(throws: FathomError.self) { try assembly.assemble(draft, points: rig.scene.points) }
        #expect(error?.description.contains("the poses look") == true, "\(String(describing: error))")
    }

    @Test func movedKeypointsRaiseAWarning() throws {
        let rig = try SyntheticRig()
        let model = rig.folder.file("sparse/0")
        try ColmapWriter.write(rig.scene, to: model, encoding: .text)
        let cameras = model.appendingPath("cameras.txt")
        try AtomicFile.write(FileSystem.readText(cameras).replacing(" 47.75 ", with: " 57.75 "), to: cameras)
        let warnings = try SceneReader.read(rig.folder.path).warnings
        #expect(warnings.count == 1 && warnings[0].contains("10 px from their keypoints"), "\(warnings)")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
