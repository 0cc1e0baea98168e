import FathomCore

/// Writes COLMAP sparse models, text or binary.
public enum ColmapWriter {
    public enum Encoding: Sendable {
        case text
        case binary

        /// The extension of the files.
        var suffix: String { self == .text ? "txt" : "bin" }
    }

    /// Writes a scene's cameras, poses and points into `folder`, which is created.
    ///
    /// Images are named by their paths below the folder that holds them all, and are not copied. A scene keeps which view sees a
    /// point but not where; the keypoints written are the projections of the points, and the reprojection error is 0.
    ///
    /// - Throws: `cannotCreate`, `io`, or `inputInvalid` when two views have the same image.
    public static func write(_ scene: Scene, to folder: String, encoding: Encoding) throws {
        try write(model(of: scene, names: imageNames(scene)), to: folder, encoding: encoding)
    }

    /// Writes `model` into `folder`, which is created, with rigs and frames where it has any.
    ///
    /// - Throws: `cannotCreate`, `io`, or `inputInvalid` when text cannot hold an image's name.
    package static func write(_ model: ColmapModel, to folder: String, encoding: Encoding) throws {
        try FileSystem.makeFolder(folder)
        let hasRigs = !model.rigs.isEmpty || !model.frames.isEmpty
        switch encoding {
        case .text:
            func write(_ text: String, _ name: String) throws { try AtomicFile.write(text, to: folder.appendingPath(name)) }
            try write(ColmapTextWriter.cameras(model), "cameras.txt")
            try write(ColmapTextWriter.images(model), "images.txt")
            try write(ColmapTextWriter.points(model), "points3D.txt")
            if hasRigs {
                try write(ColmapTextWriter.rigs(model), "rigs.txt")
                try write(ColmapTextWriter.frames(model), "frames.txt")
            }
        case .binary:
            func write(_ bytes: [UInt8], _ name: String) throws { try AtomicFile.write(bytes, to: folder.appendingPath(name)) }
            try write(ColmapBinaryWriter.cameras(model), "cameras.bin")
            try write(ColmapBinaryWriter.images(model), "images.bin")
            try write(ColmapBinaryWriter.points(model), "points3D.bin")
            if hasRigs {
                try write(ColmapBinaryWriter.rigs(model), "rigs.bin")
                try write(ColmapBinaryWriter.frames(model), "frames.bin")
            }
        }
    }

    /// The image paths below the deepest folder that holds them all.
    static func imageNames(_ scene: Scene) -> [String] {
        let paths = scene.views.map { $0.imagePath.split(separator: "/", omittingEmptySubsequences: false) }
        guard var shared = paths.first?.dropLast() else { return [] }
        for path in paths {
            let count = zip(shared, path.dropLast()).prefix { $0 == $1 }.count
            shared = shared.prefix(count)
        }
        return paths.map { $0.dropFirst(shared.count).joined(separator: "/") }
    }

    /// The model of `scene` with these names of images; ids count from 1.
    ///
    /// - Throws: `inputInvalid` when two views have the same name.
    static func model(of scene: Scene, names: [String]) throws -> ColmapModel {
        var model = ColmapModel()
        var cameras: [Camera] = []
        var seen = Set<String>()
        for (view, name) in zip(scene.views, names) {
            guard seen.insert(name).inserted else {
                throw FathomError(.inputInvalid, "two views have images called \(name)", remedy: "rename one of them")
            }
            let camera = cameras.firstIndex(of: view.camera) ?? cameras.count
            if camera == cameras.count {
                cameras.append(view.camera)
                let (kind, parameters) = ColmapCameraModel.describing(view.camera)
                model.cameras.append(
                    .init(
                        id: camera + 1, model: kind, width: view.camera.width, height: view.camera.height,
                        parameters: parameters))
            }
            model.images.append(
                .init(
                    id: model.images.count + 1, cameraFromWorld: ColmapPose(view.cameraFromWorld), cameraID: camera + 1,
                    name: name))
        }
        for (index, point) in scene.points.enumerated() {
            var written = ColmapModel.Point(
                id: index + 1, position: point.position, color: point.color, error: 0, track: [])
            for view in point.views {
                let pose = scene.views[view].cameraFromWorld
                guard let pixel = scene.views[view].camera.project(pose * point.position) else { continue }
                written.track.append(.init(imageID: UInt32(view + 1), keypoint: UInt32(model.images[view].keypoints.count)))
                model.images[view].keypoints.append(.init(pixel: pixel, pointID: index + 1))
            }
            model.points.append(written)
        }
        return model
    }
}
