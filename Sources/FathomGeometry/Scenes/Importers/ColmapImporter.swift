import FathomCore

/// COLMAP sparse models, text or binary (binary preferred), with images in `images/` or beside the model.
///
/// World→camera quaternion and translation, x right, y down, z forward, pixel centres at +0.5: Fathom's own frames.
/// Camera models 0–6, 8, 9, 14 and 15; others are refused by name. Poses are those of the images file; rigs and frames, where
/// present, must fit the rest and are compared with them.
public struct ColmapImporter: SceneImporter {
    public var name: String { "COLMAP model" }
    public var signature: String { "cameras and images as .bin or .txt in sparse/0, sparse or the folder itself" }

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { source.file == nil && ColmapFolder(source.folder) != nil }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        guard let files = ColmapFolder(folder) else {
            throw FathomError(.inputInvalid, "holds no COLMAP model (\(signature))", at: folder)
        }
        let model = try files.read(.scene)
        var assembly = SceneAssembly(
            folder: folder, options: options, format: "COLMAP \(files.encoding == .binary ? "binary" : "text") model")
        if files.path.hasSuffix("sparse/0") {
            let models = try FileSystem.list(folder.appendingPath("sparse")).filter { Int($0) != nil }
            if models.count > 1 {
                assembly.warnings.append("sparse/ holds \(models.count) models, of which only sparse/0 is read")
            }
        }
        let imageFolder = try assembly.givenImageFolder() ?? files.imageFolder(firstName: model.images[0].name)
        let cameras = Dictionary(uniqueKeysWithValues: model.cameras.map { ($0.id, $0.calibration) })
        var drafts: [SceneAssembly.Draft] = []
        var indexOfImage: [UInt32: Int] = [:]
        for image in model.images {
            guard let camera = cameras[image.cameraID] else {
                throw FathomError(
                    .inputInvalid, "image \(image.name) names camera \(image.cameraID), which the model does not have",
                    at: files.path)
            }
            indexOfImage[UInt32(image.id)] = drafts.count
            drafts.append(
                .init(
                    name: image.name, imagePath: imageFolder.appendingPath(image.name), camera: camera,
                    cameraFromWorld: image.cameraFromWorld.pose))
        }
        var dangling = 0
        // The point that each view was last seen to see: tracks may name a view often.
        var lastPoint = [Int](repeating: -1, count: drafts.count)
        let points = model.points.enumerated().map { index, point in
            var views: [Int] = []
            for entry in point.track {
                guard let view = indexOfImage[entry.imageID] else {
                    dangling += 1
                    continue
                }
                if lastPoint[view] != index { views.append(view) }
                lastPoint[view] = index
            }
            return SparsePoint(position: point.position, color: point.color, views: views)
        }
        if dangling > 0 {
            assembly.warnings.append("\(dangling) observations of images that the model does not list were left out")
        }
        if let warning = model.frameDisagreement() { assembly.warnings.append(warning) }
        if let warning = Self.checkObservations(model, cameras) { assembly.warnings.append(warning) }
        return try assembly.assemble(drafts, points: points)
    }

    /// Compares projected points with stored keypoints; a median error of more than 2 px means that poses, intrinsics and
    /// points do not belong together.
    private static func checkObservations(_ model: ColmapModel, _ cameras: [Int: Camera]) -> String? {
        var positions: [Int: SIMD3<Double>] = [:]
        for point in model.points { positions[point.id] = point.position }
        var errors: [Double] = []
        for image in model.images {
            guard let camera = cameras[image.cameraID] else { continue }
            let pose = image.cameraFromWorld.pose
            for keypoint in image.keypoints {
                guard let id = keypoint.pointID, let position = positions[id] else { continue }
                let projected = camera.project(pose * position)
                errors.append(projected.map { (($0 - keypoint.pixel) * ($0 - keypoint.pixel)).sum().squareRoot() } ?? .infinity)
            }
        }
        guard errors.count >= 20 else { return nil }
        errors.sort()
        let median = errors[errors.count / 2]
        if median < 2 { return nil }
        let text = median.isFinite ? "by \((median * 10).rounded() / 10) pixels in the median" : "and lie behind the cameras"
        return "projected sparse points miss their keypoints \(text): poses, intrinsics and points may not belong together"
    }
}
