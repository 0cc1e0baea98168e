import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct LLFFTests {
    /// With one focal length and centred principal points nothing but points and their tracks is lost.
    @Test func aWrittenSceneReadsBackTheSame() throws {
        var rig = try SyntheticRig(pinholeOnly: true)
        for index in rig.scene.views.indices {
            rig.scene.views[index].camera = Camera(
                width: 96, height: 72, fx: 80.25 + Double(index), fy: 80.25 + Double(index), cx: 48, cy: 36)
            rig.scene.views[index].depthRange = 3...(7 + Double(index) / 3)
        }
        let (scene, losses) = try rig.written(as: LLFFExporter())
        #expect(losses == ["8 sparse points"])
        #expect(scene.format == "LLFF poses" && scene.warnings == [])
        #expect(scene.views.map(\.camera) == rig.scene.views.map(\.camera))
        #expect(scene.views.map(\.depthRange) == rig.scene.views.map(\.depthRange))
        #expect(rig.worstReprojection(scene) <= 1e-6)
        #expect(try FileSystem.list(rig.target.appendingPath("images")) == rig.scene.views.map { $0.stem + ".png" })
    }

    /// What the format cannot hold is said with figures; without known depths the cameras tell them; order is kept.
    @Test func lossesAreListed() throws {
        var rig = try SyntheticRig(pinholeOnly: true)
        rig.scene.views.reverse()
        rig.scene.points = []
        rig.scene.unit = "mm"
        rig.scene.views[3].maskPath = rig.scene.views[3].imagePath
        let (scene, losses) = try rig.written(as: LLFFExporter())
        #expect(losses.count == 4)
        #expect(losses[0].contains("principal points") && losses[0].contains("0.50 px"))
        #expect(losses[1].contains("focal lengths") && losses[1].contains("0.75 px"))
        #expect(losses[2] == "that lengths are in mm" && losses[3] == "the masks of 1 of 7 views")
        #expect(try FileSystem.list(rig.target.appendingPath("images")).first == "image000.png")
        #expect(length(scene.views[0].cameraFromWorld.center - rig.scene.views[0].cameraFromWorld.center) < 1e-12)
        // The cube at distance 6 lies within what the cameras can measure.
        #expect(scene.views.allSatisfy { ($0.depthRange?.lowerBound ?? 9) < 4 && ($0.depthRange?.upperBound ?? 0) > 8 })
        rig.scene.views[2].camera.width = 95
        let error = #expect(throws: FathomError.self) { try rig.written(as: LLFFExporter()) }
        #expect(error?.description.contains("95×72, 96×72") == true)
    }

    /// One row: a camera at (1, 2, 3) that looks along x with z up, so that down is −z, right −y and backward −x.
    private static let row: [Double] = [
        0, 0, -1, 1, 288,
        0, -1, 0, 2, 384,
        -1, 0, 0, 3, 320,
        2, 50,
    ]

    private func dataset(_ numbers: [Double] = row, images: String = "images", width: Int = 96, height: Int = 72) throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        try NPYWriter.write(Buffer(numbers), shape: [numbers.count / 17, 17], to: folder.file("poses_bounds.npy"))
        try FileSystem.makeFolder(folder.file(images))
        for index in 0..<numbers.count / 17 {
            try ImageFile.writePNG(
                Raster<UInt8>(width: width, height: height, repeating: 0), to: folder.file("\(images)/IMG_\(index).png"))
        }
        return folder
    }

    @Test func columnsAreDownRightBackward() throws {
        let folder = try dataset(width: 384, height: 288)
        let view = try SceneReader.read(folder.path).views[0]
        #expect(view.camera == Camera(width: 384, height: 288, fx: 320, fy: 320, cx: 192, cy: 144))
        #expect(view.depthRange == 2...50)
        // 5 ahead, 1 to the right, half up.
        #expect(length(view.cameraFromWorld * [6, 1, 3.5] - [1, -0.5, 5]) < 1e-12)
    }

    @Test(arguments: ["images", "images_4"])
    func camerasFitReducedImages(images: String) throws {
        let folder = try dataset(images: images)
        try FileSystem.makeFolder(folder.file("images_8"))
        let scene = try SceneReader.read(folder.path)
        #expect(scene.views[0].camera == Camera(width: 96, height: 72, fx: 80, fy: 80, cx: 48, cy: 36))
        #expect(scene.warnings.count == 1 && scene.warnings[0].contains("by 0.25 ") && scene.warnings[0].hasSuffix(images))
        // Factors that the user gives are the only ones.
        let half = SceneOptions(cameraScale: .factor(0.5))
        #expect(try SceneReader.read(folder.path, options: half).views[0].camera.fx == 160)
        let given = #expect(throws: FathomError.self) {
            try SceneReader.read(folder.path, options: SceneOptions(images: "images_8"))
        }
        #expect(given?.description.contains("images_8: holds 0 ") == true && given?.description.contains("1 cameras") == true)
    }

    @Test func faultsAreNamed() throws {
        func refusal(_ folder: TemporaryFolder) -> String {
            let error = #expect(throws: FathomError.self) { try SceneReader.read(folder.path) }
            #expect(error?.code == .inputInvalid)
            return error.map(\.description) ?? ""
        }
        func changed(_ index: Int, _ value: Double) throws -> TemporaryFolder {
            var numbers = Self.row + Self.row
            numbers[17 + index] = value
            return try dataset(numbers)
        }
        #expect(refusal(try dataset(width: 96, height: 96)).contains("another shape"))
        #expect(refusal(try changed(15, 60)).contains("row 1: has the depths 60.0 and 50.0"))
        #expect(refusal(try changed(15, 0)).contains("row 1: has the depths"))
        #expect(refusal(try changed(3, .nan)).contains("row 1: has numbers that are not finite"))
        #expect(refusal(try changed(14, -1)).contains("row 1: has the height"))
        #expect(refusal(try changed(0, 1)).contains("the pose of IMG_1.png has no rotation"))
        let odd = try dataset()
        try NPYWriter.write(Buffer(Self.row), shape: [17], to: odd.file("poses_bounds.npy"))
        #expect(refusal(odd).contains("[17], not N×17"))
    }

    @Test func damagedFilesNeverCrash() throws {
        let folder = try dataset(Self.row + Self.row)
        let bytes = try FileSystem.read(folder.file("poses_bounds.npy"))
        for copy in Mutator.mutations(of: bytes, count: 3000) {
            do { _ = try LLFFImporter.rows(NPYArray(InputFile(bytes: copy, name: "x")), name: "x") } catch is FathomError {}
        }
    }

    /// Images at an eighth: focal length 3260.5 / 8, and the fern is about 20 to 130 units away.
    @Test(.needsSharedMaterial)
    func fernIsRead() throws {
        let scene = try SceneReader.read(SharedMaterial.path("data/llff-fern"))
        #expect(scene.format == "LLFF poses" && scene.views.count == 20)
        #expect(scene.views.allSatisfy { ($0.camera.width, $0.camera.height) == (504, 378) && $0.camera.fx == $0.camera.fy })
        #expect(abs(scene.views[0].camera.fx - 3260.526333 / 8) < 1e-4)
        #expect(scene.warnings.count == 1 && scene.warnings[0].contains("0.125"))
        // A grid of cameras that face the same way.
        for view in scene.views {
            #expect(dot(view.cameraFromWorld.forward, scene.views[0].cameraFromWorld.forward) > 0.9)
            #expect(view.depthRange.map { $0.lowerBound > 5 && $0.upperBound < 300 } == true)
        }
    }
}
