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

    /// Only a folder is a model: COLMAP's files come in threes.
    public func recognises(_ source: SceneSource) -> Bool { source.file == nil && ColmapFolder(source.folder) != nil }

    ///
    /// Points keep the views of their tracks, each once. Only `sparse/0` is read where COLMAP left several models.
    ///
    /// - Throws: `inputInvalid` for damaged files, unsupported camera models and ids that lead nowhere; `inputMissing` for
    ///   photos.
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
        let imageFolder = try options.imageFolder(in: assembly.folder) ?? files.imageFolder(firstName: model.images[0].name)
        let cameras = Dictionary(uniqueKeysWithValues: model.cameras.map { ($0.id, $0.calibration) })
        let indexOfPoint = Dictionary(model.points.enumerated().map { ($1.id, $0) }) { first, _ in first }
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
                    cameraFromWorld: image.cameraFromWorld.pose,
                    keypoints: image.keypoints.compactMap { keypoint in
                        keypoint.pointID.flatMap { indexOfPoint[$0] }.map { (keypoint.pixel, $0) }
                    }))
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
        return try assembly.assemble(drafts, points: points)
    }
}
