import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport

/// A small scene in memory, to be written with mistakes in it.
struct SceneMaterial {
    let scene: Scene
    /// The photos' files by name.
    private let photos: [(name: String, bytes: [UInt8])]
    /// The files of its COLMAP text model.
    private let cameras: String
    private let images: String
    private let points: String

    init() throws {
        let folder = try TemporaryFolder()
        try SmallScene.write(to: folder.path, width: 320, height: 240)
        scene = try SceneReader.read(folder.path)
        photos = try scene.views.map { ($0.imagePath.lastPathComponent, try FileSystem.read($0.imagePath)) }
        cameras = try FileSystem.readText(folder.file("sparse/0/cameras.txt"))
        images = try FileSystem.readText(folder.file("sparse/0/images.txt"))
        points = try FileSystem.readText(folder.file("sparse/0/points3D.txt"))
    }

    /// Writes the photos into `folder`.
    func writePhotos(to folder: String) throws {
        try FileSystem.makeFolder(folder)
        for photo in photos { try AtomicFile.write(photo.bytes, to: folder.appendingPath(photo.name)) }
    }

    /// Writes it as a COLMAP text model, each file changed by its function.
    func writeColmap(
        to folder: String, withPoints: Bool = false, cameras: (String) -> String = { $0 }, images: (String) -> String = { $0 },
        points: (String) -> String = { $0 }
    ) throws {
        try writePhotos(to: folder.appendingPath("images"))
        let model = folder.appendingPath("sparse/0")
        try FileSystem.makeFolder(model)
        try AtomicFile.write(cameras(self.cameras), to: model.appendingPath("cameras.txt"))
        try AtomicFile.write(images(self.images), to: model.appendingPath("images.txt"))
        if withPoints { try AtomicFile.write(points(self.points), to: model.appendingPath("points3D.txt")) }
    }

    /// Writes it as a Middlebury set whose camera `view` has K, R and t changed by `change`.
    func writeMiddlebury(
        to folder: String, change: (_ view: Int, _ k: inout Matrix3, _ r: inout Matrix3, _ t: inout SIMD3<Double>) -> Void
    ) throws {
        try writePhotos(to: folder)
        var text = "\(scene.views.count)\n"
        for (index, view) in scene.views.enumerated() {
            var (k, r, t) = (view.camera.matrix, view.cameraFromWorld.rotation, view.cameraFromWorld.translation)
            change(index, &k, &r, &t)
            let numbers = k.rowMajor + r.rowMajor + [t.x, t.y, t.z]
            text += "\(view.imagePath.lastPathComponent) \(numbers.map { "\($0)" }.joined(separator: " "))\n"
        }
        try AtomicFile.write(text, to: folder.appendingPath("small_par.txt"))
    }

    /// Writes it as RGB-D frames with camera→world matrices changed by `change`, and a depth of two to four metres.
    func writeFrames(to folder: String, change: (inout Matrix3, inout SIMD3<Double>) -> Void) throws {
        try FileSystem.makeFolder(folder)
        let camera = scene.views[0].camera
        try AtomicFile.write(
            "\(camera.fx) \(camera.fy) \(camera.cx) \(camera.cy)\n", to: folder.appendingPath("intrinsics.txt"))
        var depth = Raster<UInt16>(width: camera.width, height: camera.height, repeating: 0)
        for y in 0..<depth.height { for x in 0..<depth.width { depth[x, y] = UInt16(2000 + 2000 * y / depth.height) } }
        for (view, photo) in zip(scene.views, photos) {
            let pose = view.cameraFromWorld.inverse
            var (r, c) = (pose.rotation, pose.translation)
            change(&r, &c)
            let rows = zip([r.row0, r.row1, r.row2], [c.x, c.y, c.z]).map { "\($0.x) \($0.y) \($0.z) \($1)\n" }
            let stem = folder.appendingPath("frame-\(view.stem)")
            try AtomicFile.write(rows.joined() + "0 0 0 1\n", to: stem + ".pose.txt")
            try AtomicFile.write(photo.bytes, to: stem + ".color.jpg")
            try ImageFile.writePNG(depth, to: stem + ".depth.png")
        }
    }

    /// Writes it as a `transforms.json` whose matrices are camera→world with axes of `axes`.
    func writeTransforms(to folder: String, axes: CameraAxes) throws {
        try writePhotos(to: folder.appendingPath("images"))
        let camera = scene.views[0].camera
        let frames = scene.views.map { view in
            let pose = view.cameraFromWorld.inverse
            let (r, c) = (pose.rotation * .diagonal(axes.signs), pose.translation)
            let rows = zip([r.row0, r.row1, r.row2], [c.x, c.y, c.z]).map { "[\($0.x), \($0.y), \($0.z), \($1)]" }
            return #"{"file_path": "images/\#(view.imagePath.lastPathComponent)", "transform_matrix": "#
                + "[\(rows.joined(separator: ", ")), [0, 0, 0, 1]]}"
        }
        try AtomicFile.write(
            #"{"fl_x": \#(camera.fx), "fl_y": \#(camera.fy), "cx": \#(camera.cx), "cy": \#(camera.cy), "#
                + #""w": \#(camera.width), "h": \#(camera.height), "frames": [\#(frames.joined(separator: ",\n"))]}"#,
            to: folder.appendingPath("transforms.json"))
    }

    /// `images.txt` with the pose of image `index` changed by `change`; keypoints stay.
    static func changePoses(_ text: String, _ change: (_ index: Int, Pose) -> Pose) -> String {
        changeImages(text) { index, fields in
            let q = fields[1...4].map { Double($0)! }
            let t = fields[5...7].map { Double($0)! }
            let pose = change(
                index, Pose(rotation: Matrix3(quaternion: [q[0], q[1], q[2], q[3]]), translation: [t[0], t[1], t[2]]))
            let (rotation, translation) = (pose.rotation.quaternion, pose.translation)
            let numbers = (0..<4).map { rotation[$0] } + (0..<3).map { translation[$0] }
            return fields[..<1] + numbers.map { "\($0)" } + fields[8...]
        }
    }

    /// `images.txt` with the ten fields of image `index` changed by `change`.
    static func changeImages(_ text: String, _ change: (_ index: Int, _ fields: [String]) -> [String]) -> String {
        var index = -1
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("#") || line.isEmpty { return String(line) }
            index += 1
            if index % 2 == 1 { return String(line) }
            return change(index / 2, line.split(separator: " ").map(String.init)).joined(separator: " ")
        }.joined(separator: "\n")
    }
}
