import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct NerfTests {
    /// Lenses, masks, depth images, points and the applied transform survive; only tracks are lost.
    @Test func aWrittenSceneReadsBackTheSame() throws {
        var rig = try SyntheticRig()
        for index in rig.scene.views.indices {
            if case .fullOpenCV(let k1, let k2, let p1, let p2, let k3, _, _, _) = rig.scene.views[index].camera.lens {
                rig.scene.views[index].camera.lens = .fullOpenCV(
                    k1: k1, k2: k2, p1: p1, p2: p2, k3: k3, k4: 0, k5: 0, k6: 0)
            }
        }
        rig.scene.views[1].maskPath = rig.folder.file("mask.png")
        try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, repeating: 255), to: rig.folder.file("mask.png"))
        rig.scene.views[2].measuredDepth = .init(path: rig.folder.file("depth.png"), codeScale: 0.0002)
        try ImageFile.writePNG(Raster<UInt16>(width: 96, height: 72, repeating: 5000), to: rig.folder.file("depth.png"))
        rig.scene.appliedTransform = AffineTransform(
            matrix: Matrix3(rows: [1, 0, 0], [0, 0, 1], [0, -1, 0]), offset: [0.1, 0, 1.0 / 3])
        let (scene, losses) = try rig.written(as: NerfExporter())
        #expect(losses == ["which views see the 8 sparse points"])
        #expect(scene.format == "NeRF transforms" && scene.warnings == [])
        #expect(scene.views.map(\.stem) == rig.scene.views.map(\.stem))
        #expect(scene.views.map(\.camera) == rig.scene.views.map(\.camera))
        #expect(rig.worstReprojection(scene) <= 1e-6)
        #expect(scene.points.map(\.position) == rig.scene.points.map(\.position))
        #expect(scene.points.map(\.color) == rig.scene.points.map(\.color))
        #expect(scene.appliedTransform == rig.scene.appliedTransform)
        #expect(scene.views.map { $0.maskPath?.lastPathComponent } == [nil, "photo 1.png", nil, nil, nil, nil, nil])
        #expect(scene.views.map { $0.measuredDepth?.codeScale } == [nil, nil, 0.0002, nil, nil, nil, nil])
        #expect(try scene.views.allSatisfy { try FileSystem.read($0.imagePath) == FileSystem.read(rig.scene.views[0].imagePath) })
    }

    @Test func oneCameraStandsAtTheTop() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        let scene = try rig.written(as: NerfExporter()).scene
        #expect(rig.worstReprojection(scene) <= 1e-6)
        let file = try JSONNode.read(rig.target.appendingPath("transforms.json"))
        #expect(try file.required("fl_y").double() == 79.5 && file.required("camera_model").string() == "PINHOLE")
        for frame in try file.required("frames").elements() { #expect(try frame.member("fl_x") == nil) }
    }

    /// nerfstudio has no rational lenses; straightened photos have none at all.
    @Test func rationalLensesMustBeStraightened() throws {
        var rig = try SyntheticRig()
        let error = #expect(throws: FathomError.self) { try rig.written(as: NerfExporter()) }
        #expect(error?.code == .inputInvalid && error?.remedy?.contains("--undistort") == true)
        // Straightened photos have no alpha channel: the mask goes into a file.
        try ImageFile.writePNG(
            Raster<UInt8>(width: 96, height: 72, channels: 4, repeating: 0), to: rig.scene.views[1].imagePath)
        rig.scene.views[1].alpha = .mask
        let scene = try rig.written(as: NerfExporter(), undistort: true).scene
        #expect(scene.views.map(\.camera) == rig.scene.views.map(\.pinhole))
        #expect(scene.views.map { $0.maskPath != nil } == [false, true, false, false, false, false, false])
        #expect(try scene.views[1].loadMask()?.samples.array.allSatisfy { $0 == 0 } == true)
        let color = try scene.views[1].loadColor()
        #expect(scene.views[1].alpha == .ignored && color[40, 30, 0] == 255)
    }

    /// A camera at (1, 2, z) that looks along x with z up: the columns are right −y, up z, backward −x.
    private static func pose(_ z: Int = 3) -> String { "[[0, 0, -1, 1], [-1, 0, 0, 2], [0, 1, 0, \(z)]" }

    private func dataset(_ json: String, as name: String = "transforms.json", images: [String] = ["a.png"]) throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        for image in images {
            let path = folder.file(image)
            try FileSystem.makeFolder(String(path.dropLast(path.lastPathComponent.count + 1)))
            try ImageFile.writePNG(Raster<UInt8>(width: 96, height: 72, channels: 3, repeating: 90), to: path)
        }
        try folder.write(json, as: name)
        return folder
    }

    /// Keys of frames go before those of the file, in the spellings of all three programs.
    @Test func filesOfOtherProgramsAreRead() throws {
        let folder = try dataset(
            """
            {"camera_angle_x": 1.0471975511965976, "aabb_scale": 16, "scale": 1.0, "w": 96, "k1": null, "extra": [{}],
             "applied_transform": [[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0.5]],
             "frames": [
              {"file_path": "./train/r_0", "sharpness": 7, "transform_matrix": \(Self.pose(3)), [0, 0, 0, 1.0]]},
              {"file_path": "images/b.png", "fl_x": 80, "fl_y": 81, "cx": 47.5, "cy": 36.5, "h": 72.0, "camera_model": "OPENCV",
               "k1": 0.1, "k2": 0.02, "p1": 0.001, "p2": -0.002, "transform_matrix": \(Self.pose(4))]},
              {"file_path": "images/c.png", "fl_x": 80, "is_fisheye": true, "k1": 0.1, "k4": 0.3, "transform_matrix": \(Self.pose(5))]},
              {"file_path": "images/d.png", "camera_angle_x": 1, "camera_angle_y": 1.5707963267948966, "camera_model": "SIMPLE_RADIAL",
               "k1": 0.2, "transform_matrix": \(Self.pose(6))]},
             ]}
            """, images: ["train/r_0.png", "images/b.png", "images/c.png", "images/d.png"])
        let scene = try SceneReader.read(folder.path)
        #expect(scene.views.map(\.stem) == ["b", "c", "d", "r_0"])
        let cameras = scene.views.map(\.camera)
        #expect(
            cameras[0]
                == Camera(
                    width: 96, height: 72, fx: 80, fy: 81, cx: 47.5, cy: 36.5,
                    lens: .openCV(k1: 0.1, k2: 0.02, p1: 0.001, p2: -0.002)))
        #expect(cameras[1].fx == 80 && cameras[1].fy == 80 && cameras[1].cx == 48 && cameras[1].cy == 36)
        #expect(cameras[1].lens == .fisheye(k1: 0.1, k2: 0, k3: 0, k4: 0.3))
        // Half the height over tan 45°.
        #expect(abs(cameras[2].fy - 36) < 1e-12 && cameras[2].lens == .radial(k1: 0.2, k2: 0))
        // Half the width over tan 30°.
        #expect(
            abs(cameras[3].fx - 48 * 3.0.squareRoot()) < 1e-12 && cameras[3].fy == cameras[3].fx && cameras[3].lens == .pinhole)
        #expect(scene.appliedTransform?.offset == [0, 0, 0.5])
        #expect(scene.warnings.count == 1 && scene.warnings[0].contains("aabb_scale 16:"))
        for (view, z) in zip(scene.views, [4.0, 5, 6, 3]) {
            // 5 ahead, 1 to the right, half up.
            #expect(length(view.cameraFromWorld * [6, 1, z + 0.5] - [1, -0.5, 5]) < 1e-12)
        }
    }

    /// A rotation in single precision is made exact without moving a camera far from the origin.
    @Test func statedCentersStay() throws {
        let folder = try dataset(
            """
            {"fl_x": 80, "frames": [{"file_path": "a.png",
             "transform_matrix": [[0, 0, -1.0003, 5000000], [-1.0002, 0.0001, 0, 200], [0, 1.0001, 0, 3]]}]}
            """)
        let pose = try SceneReader.read(folder.path).views[0].cameraFromWorld
        #expect(length(pose.center - [5_000_000, 200, 3]) < 1e-6 && pose.rotation.orthonormalityError < 1e-14)
    }

    /// What is transparent is masked and shows white; nothing beside the frames is looked at.
    @Test func alphaIsAMaskAndColorsAreOnWhite() throws {
        let folder = try dataset(
            #"{"camera_angle_x": 0.7, "frames": [{"file_path": "./a", "transform_matrix": \#(Self.pose())]}]}"#)
        var image = Raster<UInt8>(width: 2, height: 1, channels: 4, repeating: 10)
        image[0, 0, 3] = 255
        image[1, 0, 3] = 0
        try ImageFile.writePNG(image, to: folder.file("a.png"))
        try ImageFile.writePNG(image, to: folder.file("a_depth_0001.png"))
        let scene = try SceneReader.read(folder.path)
        #expect(scene.views.count == 1 && scene.views[0].alpha == .mask && scene.warnings == [])
        #expect(try scene.views[0].loadMask()?.samples.array == [255, 0])
        #expect(try scene.views[0].loadColor().samples.array == [10, 10, 10, 255, 255, 255])
    }

    /// Millimetres unless the file says otherwise; NPY files count only where it says that they hold scene units.
    @Test func depthImagesNeedASizeAndAUnit() throws {
        func frame(_ name: String, _ depth: String, _ z: Int, _ more: String = "") -> String {
            #"{"file_path": "\#(name)", "depth_file_path": "\#(depth)", \#(more) "transform_matrix": \#(Self.pose(z))]}"#
        }
        let one = #""depth_unit_scale_factor": 1,"#
        let frames = [
            frame("a.png", "d.png", 1), frame("b.png", "small.png", 2), frame("c.png", "d.npy", 3),
            frame("d.png", "d.npy", 4, one),
        ]
        let folder = try dataset(
            #"{"fl_x": 80, "frames": [\#(frames.joined(separator: ", "))]}"#,
            images: ["a.png", "b.png", "c.png", "d.png", "d.npy"])
        try ImageFile.writePNG(Raster<UInt16>(width: 48, height: 36, repeating: 9), to: folder.file("small.png"))
        let scene = try SceneReader.read(folder.path)
        let npy = View.MeasuredDepth(path: folder.file("d.npy"))
        #expect(scene.views.map(\.measuredDepth) == [.init(path: folder.file("d.png"), codeScale: 0.001), nil, nil, npy])
        #expect(scene.warnings.count == 1 && scene.warnings[0].contains("2 of 4 views") && scene.warnings[0].hasSuffix("b.png"))
    }

    @Test func oneFileOfSeveralIsRead() throws {
        func file(_ name: String) -> String {
            #"{"camera_angle_x": 0.7, "frames": [{"file_path": "\#(name)", "transform_matrix": \#(Self.pose())]}]}"#
        }
        let folder = try dataset(
            file("./train/a"), as: "transforms_train.json", images: ["train/a.png", "test/b.png", "half/a.png"])
        try folder.write(file("./test/b"), as: "transforms_test.json")
        let train = try SceneReader.read(folder.path)
        #expect(train.views.map(\.stem) == ["a"])
        #expect(train.warnings.count == 1 && train.warnings[0].contains("transforms_test.json"))
        let test = try SceneReader.read(folder.file("transforms_test.json"))
        #expect(test.views.map(\.stem) == ["b"] && test.warnings == [])
        let other = try SceneReader.read(folder.path, options: SceneOptions(images: "half"))
        #expect(other.views[0].imagePath == folder.file("half/a.png"))
    }

    /// Points come without tracks, which leaves the plan to the cameras; points that cannot be read cost a warning.
    @Test func pointsWithoutTracksBreakNothing() throws {
        let rig = try SyntheticRig(pinholeOnly: true)
        var scene = rig.scene
        scene.points = (0..<60).map { .init(position: SyntheticRig.cube[$0 % 8] * Double($0) / 60, color: .zero, views: [0, 1]) }
        let folder = try TemporaryFolder()
        _ = try SceneWriter.write(scene, to: folder.path, as: NerfExporter())
        let read = try SceneReader.read(folder.path)
        #expect(read.points.count == 60 && read.points.allSatisfy { $0.views.isEmpty })
        let plans = try ViewSelection.select(read, count: 3)
        scene.points = []
        for (plan, other) in zip(plans, try ViewSelection.select(scene, count: 3)) {
            #expect(abs(plan.depthRange.upperBound - other.depthRange.upperBound) < 1e-9)
        }
        try folder.write("ply", as: "sparse_pc.ply")
        let without = try SceneReader.read(folder.path)
        #expect(without.points.isEmpty && without.warnings.count == 1 && without.warnings[0].contains("sparse_pc.ply"))
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var replace: String
        var with: String
        var code = FathomError.Code.inputInvalid
        /// Words the message must hold.
        var says: [String]
        var testDescription: String { says.joined(separator: " ") }
    }

    static let faults = [
        Fault(replace: "\"frames\"", with: "\"images\"", says: ["frames", "missing"]),
        Fault(replace: "\"fl_x\": 80", with: "\"fl_x\": \"80\"", says: ["(fl_x)", "text where a number"]),
        Fault(replace: "\"fl_x\": 80", with: "\"fl_x\": -80", says: ["(fl_x)", "positive"]),
        Fault(replace: "\"fl_x\": 80", with: "\"camera_angle_x\": 42.5", says: ["(camera_angle_x)", "radians"]),
        Fault(replace: "\"fl_x\": 80,", with: "", says: ["(frames[0])", "no focal length", "--intrinsics"]),
        Fault(replace: "-1, 1]", with: "-1, NaN]", says: ["(frames[0].transform_matrix[0][3])", "nan", "finite"]),
        Fault(replace: "-1, 0, 0, 2", with: "-1, 0, 0", says: ["(frames[0].transform_matrix[1])", "4 numbers"]),
        Fault(replace: "[0, 0, 0, 1]", with: "[0, 0, 0, 2]", says: ["(frames[0].transform_matrix[3])", "[0,0,0,2]"]),
        Fault(replace: "-1, 0, 0, 2", with: "1, 0, 0, 2", says: ["pose of a.png", "mirrored", "determinant"]),
        Fault(replace: "-1, 0, 0, 2", with: "-2, 0, 0, 2", says: ["pose of a.png", "no rotation"]),
        Fault(replace: "\"w\": 96", with: "\"w\": 384", says: ["96×72", "384×72", "×0.25 wide"]),
        Fault(replace: "\"w\": 96", with: "\"w\": 99999999", says: ["(w)", "99999999"]),
        Fault(
            replace: "\"w\"", with: "\"camera_model\": \"EQUIRECTANGULAR\", \"w\"", says: ["(camera_model)", "EQUIRECTANGULAR"]),
        Fault(replace: "\"w\"", with: "\"k4\": 0.1, \"w\"", says: ["(k4)", "r⁸"]),
        Fault(replace: "\"a.png\"", with: "\"b.png\"", code: .inputMissing, says: ["b.png", "does not exist"]),
        Fault(replace: "\"w\"", with: "\"mask_path\": \"m.png\", \"w\"", code: .inputMissing, says: ["m.png", "mask"]),
        Fault(replace: "\"w\"", with: "\"mask_path\": \"small.png\", \"w\"", says: ["small.png", "48×36"]),
        Fault(replace: "\"w\"", with: "\"depth_file_path\": \"d.png\", \"w\"", code: .inputMissing, says: ["d.png", "depth"]),
    ]

    @Test(arguments: faults)
    func everyFaultIsNamed(fault: Fault) throws {
        let valid =
            #"{"fl_x": 80, "w": 96, "frames": [{"file_path": "a.png", "transform_matrix": \#(Self.pose()), [0, 0, 0, 1]]}]}"#
        let folder = try dataset(valid.replacing(fault.replace, with: fault.with))
        try ImageFile.writePNG(Raster<UInt8>(width: 48, height: 36, repeating: 255), to: folder.file("small.png"))
        let error = #expect(throws: FathomError.self) { try SceneReader.read(folder.path) }
        #expect(error?.code == fault.code)
        for word in fault.says { #expect(error?.description.contains(word) == true, "\(String(describing: error))") }
    }

    /// A reduced image and the flag that helps.
    @Test func camerasAreFitToReducedImages() throws {
        let folder = try dataset(
            #"{"fl_x": 320, "w": 384, "h": 288, "frames": [{"file_path": "a.png", "transform_matrix": \#(Self.pose())]}]}"#)
        let error = #expect(throws: FathomError.self) { try SceneReader.read(folder.path) }
        #expect(error?.description.contains("--scale-cameras fit") == true)
        let camera = try SceneReader.read(folder.path, options: SceneOptions(cameraScale: .fit)).views[0].camera
        #expect(camera == Camera(width: 96, height: 72, fx: 80, fy: 80, cx: 48, cy: 36))
    }

    @Test func damagedFilesNeverCrash() throws {
        let text = """
            {"w": 96, "fl_x": 80, "k1": 0.1, "camera_model": "OPENCV", "applied_transform": \(Self.pose())], "scale": 0.3,
             "frames": [{"file_path": "a", "depth_unit_scale_factor": 1e-3, "transform_matrix": \(Self.pose()), [0, 0, 0, 1]]}]}
            """
        for copy in Mutator.mutations(of: Array(text.utf8), as: .text, count: 3000) {
            do {
                let document = try JSONNode.parse(String(decoding: copy, as: UTF8.self), name: "x")
                _ = try TransformsFile(document).frames.map { $0.camera.camera(for: (96, 72)) }
            } catch is FathomError {}
        }
    }

    @Test(.needsSharedMaterial)
    func legoIsRead() throws {
        let train = try SceneReader.read(SharedMaterial.path("data/nerf-lego"))
        #expect(train.format == "NeRF transforms" && train.views.count == 24)
        #expect(train.views.allSatisfy { $0.alpha == .mask && $0.camera.width == 400 && abs(($0.camera.fx) - 555.5555) < 1e-3 })
        #expect(train.warnings.count == 1 && train.warnings[0].contains("transforms_test.json"))
        // All cameras stand on a sphere and look at its centre.
        for view in train.views {
            #expect(abs(length(view.cameraFromWorld.center) - 4.0311) < 1e-3)
            #expect(abs((view.cameraFromWorld * .zero).z - 4.0311) < 1e-3)
        }
        #expect(try SceneReader.read(SharedMaterial.path("data/nerf-lego/transforms_test.json")).views.count == 8)
    }
}
