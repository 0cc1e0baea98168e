import FathomCore

/// Writes a scene's cameras, poses and points as a COLMAP sparse model, text or binary.
///
/// Images are named by `View.imagePath` without its folders and are not copied. A scene keeps which view sees a point but
/// not where; the keypoints written are the projections of the points, and the reprojection error is 0. Numbers in text
/// files are the shortest that read back to the same bits.
public enum ColmapWriter {
    public enum Encoding: Sendable {
        case text
        case binary
    }

    /// Writes `cameras`, `images` and `points3D` into `folder`, which is created.
    ///
    /// - Throws: `cannotCreate`, `io`, or `inputInvalid` when two views have the same file name.
    public static func write(_ scene: Scene, to folder: String, encoding: Encoding) throws {
        let model = try model(of: scene)
        try FileSystem.makeFolder(folder)
        switch encoding {
        case .text:
            try AtomicFile.write(camerasText(model), to: folder.appendingPath("cameras.txt"))
            try AtomicFile.write(imagesText(model), to: folder.appendingPath("images.txt"))
            try AtomicFile.write(pointsText(model), to: folder.appendingPath("points3D.txt"))
        case .binary:
            try AtomicFile.write(camerasBinary(model), to: folder.appendingPath("cameras.bin"))
            try AtomicFile.write(imagesBinary(model), to: folder.appendingPath("images.bin"))
            try AtomicFile.write(pointsBinary(model), to: folder.appendingPath("points3D.bin"))
        }
    }

    /// What the files hold; ids count from 1.
    private struct Model {
        var cameras: [Camera] = []
        var images: [Image] = []
        var points: [Point] = []
    }

    private struct Image {
        var camera: Int
        var pose: Pose
        var name: String
        var keypoints: [(pixel: SIMD2<Double>, point: Int)] = []
    }

    private struct Point {
        var position: SIMD3<Double>
        var color: SIMD3<UInt8>
        var track: [(image: Int, keypoint: Int)] = []
    }

    private static func model(of scene: Scene) throws -> Model {
        var model = Model()
        var names = Set<String>()
        for view in scene.views {
            let name = view.imagePath.lastPathComponent
            guard names.insert(name).inserted else {
                throw FathomError(.inputInvalid, "two views have images called \(name)", remedy: "rename one of them")
            }
            let camera = model.cameras.firstIndex(of: view.camera) ?? model.cameras.count
            if camera == model.cameras.count { model.cameras.append(view.camera) }
            model.images.append(Image(camera: camera + 1, pose: view.cameraFromWorld, name: name))
        }
        for (index, point) in scene.points.enumerated() {
            var written = Point(position: point.position, color: point.color)
            for view in point.views {
                let pose = model.images[view].pose
                guard let pixel = scene.views[view].camera.project(pose * point.position) else { continue }
                written.track.append((view + 1, model.images[view].keypoints.count))
                model.images[view].keypoints.append((pixel, index + 1))
            }
            model.points.append(written)
        }
        return model
    }

    private static func camerasText(_ model: Model) -> String {
        var text = "# CAMERA_ID MODEL WIDTH HEIGHT PARAMS[]\n"
        for (index, camera) in model.cameras.enumerated() {
            let (kind, parameters) = ColmapCameraModel.describing(camera)
            let numbers = parameters.map { "\($0)" }.joined(separator: " ")
            text += "\(index + 1) \(kind.name) \(camera.width) \(camera.height) \(numbers)\n"
        }
        return text
    }

    private static func imagesText(_ model: Model) -> String {
        var text = "# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME\n# X Y POINT3D_ID ...\n"
        for (index, image) in model.images.enumerated() {
            let (q, t) = (image.pose.rotation.quaternion, image.pose.translation)
            text += "\(index + 1) \(q[0]) \(q[1]) \(q[2]) \(q[3]) \(t.x) \(t.y) \(t.z) \(image.camera) \(image.name)\n"
            text += image.keypoints.map { "\($0.pixel.x) \($0.pixel.y) \($0.point)" }.joined(separator: " ")
            text += "\n"
        }
        return text
    }

    private static func pointsText(_ model: Model) -> String {
        var text = "# POINT3D_ID X Y Z R G B ERROR (IMAGE_ID POINT2D_IDX)...\n"
        for (index, point) in model.points.enumerated() {
            let (p, c) = (point.position, point.color)
            text += "\(index + 1) \(p.x) \(p.y) \(p.z) \(c.x) \(c.y) \(c.z) 0"
            for entry in point.track { text += " \(entry.image) \(entry.keypoint)" }
            text += "\n"
        }
        return text
    }

    private static func camerasBinary(_ model: Model) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.cameras.count))
        for (index, camera) in model.cameras.enumerated() {
            let (kind, parameters) = ColmapCameraModel.describing(camera)
            bytes.append(UInt32(index + 1))
            bytes.append(Int32(kind.rawValue))
            bytes.append(UInt64(camera.width))
            bytes.append(UInt64(camera.height))
            for parameter in parameters { bytes.append(parameter) }
        }
        return bytes.bytes
    }

    private static func imagesBinary(_ model: Model) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.images.count))
        for (index, image) in model.images.enumerated() {
            bytes.append(UInt32(index + 1))
            let q = image.pose.rotation.quaternion
            for component in 0..<4 { bytes.append(q[component]) }
            bytes.append(image.pose.translation)
            bytes.append(UInt32(image.camera))
            bytes.append(image.name)
            bytes.append(UInt8(0))
            bytes.append(UInt64(image.keypoints.count))
            for keypoint in image.keypoints {
                bytes.append(keypoint.pixel.x)
                bytes.append(keypoint.pixel.y)
                bytes.append(UInt64(keypoint.point))
            }
        }
        return bytes.bytes
    }

    private static func pointsBinary(_ model: Model) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(model.points.count))
        for (index, point) in model.points.enumerated() {
            bytes.append(UInt64(index + 1))
            bytes.append(point.position)
            bytes.append(point.color)
            bytes.append(0.0)
            bytes.append(UInt64(point.track.count))
            for entry in point.track {
                bytes.append(UInt32(entry.image))
                bytes.append(UInt32(entry.keypoint))
            }
        }
        return bytes.bytes
    }
}
