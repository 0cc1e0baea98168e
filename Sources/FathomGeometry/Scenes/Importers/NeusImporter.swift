import FathomCore

/// IDR's and NeuS's `cameras*.npz` with images in `image/`, `rgb/` or `images/` and masks in `mask/` or `masks/`.
///
/// `world_mat_i` (3×4 or 4×4) is the projection matrix K[R | t] up to a factor, for image i by name; its frame is the scene's,
/// millimetres for DTU. `scale_mat_i`, where present, maps the unit sphere to the ball that holds the subject. Principal points
/// are taken as they are, in continuous pixels, as calibration programs and COLMAP state them; NeuS itself casts rays
/// half a pixel up and left of that.
public struct NeusImporter: SceneImporter {
    public var name: String { "NeuS cameras" }
    public var signature: String { "cameras*.npz with image/" }

    /// Largest skew, relative to the focal length, that counts as rounding: 0.02 px at the border of an image.
    private static let skewTolerance = 1e-5

    public init() {}

    public func recognises(_ source: SceneSource) -> Bool { !Self.candidates(source).isEmpty }

    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        let candidates = Self.candidates(source)
        let preferred = ["cameras_sphere.npz", "cameras.npz"].first(where: candidates.contains)
        guard let file = preferred ?? candidates.first else {
            throw FathomError(.inputInvalid, "holds no \(signature)", at: folder)
        }
        var assembly = SceneAssembly(folder: folder, options: options, format: name)
        let others = candidates.filter { $0 != file }
        if !others.isEmpty {
            assembly.warnings.append("only \(file) was read; give the file itself to read \(others.joined(separator: " or "))")
        }
        let cameras = try NeusCameras(NPZReader(path: source.path(file)), name: source.path(file))
        assembly.sphere = cameras.sphere
        assembly.warnings += cameras.warnings
        let images = try options.imageFolder(in: assembly.folder) ?? Self.folder(of: ["image", "rgb", "images"], source)
        guard let images else {
            throw FathomError(
                .inputMissing, "has \(file), but no folder image, rgb or images",
                remedy: "put the images there, or name their folder with --images", at: folder)
        }
        let names = try ImageFolder.names(images, matching: cameras.projections.count, of: file)
        let masks = try Self.masks(of: names, source, warnings: &assembly.warnings)
        let drafts = try names.indices.map { index in
            try Interrupt.check()
            let path = images.appendingPath(names[index])
            guard let (k, pose) = cameras.projections[index].decomposed() else {
                throw FathomError(
                    .inputInvalid, "world_mat_\(index) projects onto no image: its left part is singular", at: source.path(file))
            }
            guard abs(k.row0.y) <= Self.skewTolerance * k.row0.x else {
                throw FathomError(
                    .inputInvalid, "world_mat_\(index) has the skew \(k.row0.y), which is not supported", at: source.path(file))
            }
            let size = try SceneAssembly.imageSize(path)
            return SceneAssembly.Draft(
                name: names[index], imagePath: path,
                camera: Camera(
                    width: size.width, height: size.height, fx: k.row0.x, fy: k.row1.y, cx: k.row0.z, cy: k.row1.z),
                cameraFromWorld: pose, maskPath: masks[index])
        }
        return try assembly.assemble(drafts)
    }

    private static func candidates(_ source: SceneSource) -> [String] {
        source.files { $0.hasPrefix("cameras") && $0.hasSuffix(".npz") }
    }

    private static func folder(of names: [String], _ source: SceneSource) -> String? {
        names.map { source.path($0) }.first { FileSystem.kind(of: $0) == .folder }
    }

    /// The mask of each image: of the same name, or the same number ("000.png" for "000000.jpg"), else, where there are as many
    /// masks as images, in the order of their names.
    private static func masks(
        of images: [String], _ source: SceneSource, warnings: inout [String]
    ) throws -> [String?] {
        guard let folder = folder(of: ["mask", "masks"], source) else { return images.map { _ in nil } }
        let masks = try ImageFolder.names(folder)
        func key(_ name: String) -> String { Int(name.pathStem).map(String.init) ?? name.pathStem }
        let byKey = Dictionary(masks.map { (key($0), $0) }) { first, _ in first }
        var found = images.map { byKey[key($0)] }
        if found.contains(nil), masks.count == images.count { found = masks }
        let count = found.count { $0 != nil }
        if count < images.count {
            warnings.append(
                "\(images.count - count) of \(images.count) images have no mask among the \(masks.count) in "
                    + folder.lastPathComponent)
        }
        return found.map { $0.map { folder.appendingPath($0) } }
    }
}
