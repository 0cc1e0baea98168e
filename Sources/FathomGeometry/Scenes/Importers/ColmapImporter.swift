import FathomCore

/// COLMAP sparse models, text or binary (binary preferred), with images in `images/` or beside the model.
///
/// World→camera quaternion and translation, x right, y down, z forward, pixel centres at +0.5: Fathom's own frames.
/// Camera models 0–6, 8 and 9; others are refused by name.
public struct ColmapImporter: SceneImporter {
    public var name: String { "COLMAP model" }
    public var signature: String { "cameras and images as .bin or .txt in sparse/0, sparse or the folder itself" }

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { source.file == nil && Self.locate(source.folder) != nil }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        guard let (modelFolder, binary) = Self.locate(folder) else {
            throw FathomError(.inputInvalid, "holds no COLMAP model (\(signature))", at: folder)
        }
        let model = try binary ? ColmapBinaryReader.read(modelFolder) : ColmapTextReader.read(modelFolder)
        var assembly = SceneAssembly(
            folder: folder, options: options, format: "COLMAP \(binary ? "binary" : "text") model")
        if modelFolder.hasSuffix("sparse/0") {
            let models = try FileSystem.list(folder.appendingPath("sparse")).filter { Int($0) != nil }
            if models.count > 1 {
                assembly.warnings.append("sparse/ holds \(models.count) models, of which only sparse/0 is read")
            }
        }
        guard !model.images.isEmpty else {
            throw FathomError(.inputInvalid, "the model has no images", at: modelFolder)
        }
        let imageFolder =
            try assembly.givenImageFolder()
            ?? Self.imageFolder(of: folder, model: modelFolder, firstName: model.images[0].name)
        let indexOfPoint = Dictionary(model.points.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var drafts: [SceneAssembly.Draft] = []
        var indexOfImage: [Int: Int] = [:]
        for image in model.images {
            guard let camera = model.cameras[image.cameraID] else {
                throw FathomError(
                    .inputInvalid, "image \(image.name) names camera \(image.cameraID), which the model does not have",
                    at: modelFolder)
            }
            indexOfImage[image.id] = drafts.count
            drafts.append(
                .init(
                    name: image.name, imagePath: imageFolder.appendingPath(image.name), camera: camera,
                    cameraFromWorld: image.cameraFromWorld,
                    keypoints: image.observations.compactMap { seen in indexOfPoint[seen.pointID].map { (seen.pixel, $0) } }))
        }
        var dangling = 0
        let points = model.points.map { point in
            let views = point.imageIDs.compactMap { indexOfImage[$0] }
            dangling += point.imageIDs.count - views.count
            return SparsePoint(position: point.position, color: point.color, views: views)
        }
        if dangling > 0 {
            assembly.warnings.append("\(dangling) observations of images that the model does not list were left out")
        }
        return try assembly.assemble(drafts, points: points)
    }

    /// The pose of a stored quaternion (w, x, y, z), or nil when its length is not 1 within rounding of a few digits.
    static func pose(quaternion q: SIMD4<Double>, translation t: SIMD3<Double>) -> Pose? {
        let length = (q * q).sum().squareRoot()
        guard abs(length - 1) < 1e-2 else { return nil }
        return Pose(rotation: Matrix3(quaternion: q), translation: t)
    }

    /// The folder of the model files and whether they are binary.
    private static func locate(_ folder: String) -> (folder: String, binary: Bool)? {
        for candidate in [folder.appendingPath("sparse/0"), folder.appendingPath("sparse"), folder] {
            func has(_ name: String) -> Bool { FileSystem.kind(of: candidate.appendingPath(name)) == .file }
            if has("cameras.bin") && has("images.bin") { return (candidate, true) }
            if has("cameras.txt") && has("images.txt") { return (candidate, false) }
        }
        return nil
    }

    /// Where the images are: `images/`, the folder itself, or, when the model folder was given, up to two levels above it.
    private static func imageFolder(of folder: String, model: String, firstName: String) throws -> String {
        var candidates = [folder.appendingPath("images"), folder]
        if model == folder {
            candidates += ["../images", "..", "../../images", "../.."].map { folder.appendingPath($0) }
        }
        for candidate in candidates where FileSystem.kind(of: candidate.appendingPath(firstName)) == .file {
            return candidate
        }
        throw FathomError(
            .inputMissing, "the image \(firstName) does not exist; looked in \(candidates.joined(separator: ", "))",
            remedy: "put the images there under the names the model gives them", at: folder)
    }
}
