import FathomCore

/// RGB-D recordings in the layout of Redwood and Open3D: `trajectory.log`, photos in `images/`, `image/`, `color/` or `rgb/`,
/// depth in `depth/`.
///
/// The log holds a line of three whole numbers and a 4×4 camera→world matrix per frame, in the order of the photos sorted by
/// number. Depth images are of 16 bits, in millimetres; where there are as many as photos they belong together in order,
/// otherwise by name. Lengths are metres. Intrinsics: `RecordedIntrinsics`.
public struct TrajectoryImporter: SceneImporter {
    public var name: String { "RGB-D trajectory" }
    public var signature: String { "trajectory.log with images/ or color/ and depth/" }

    private static let file = "trajectory.log"
    private static let imageFolders = ["images", "image", "color", "rgb"]

    public init() {}

    /// By the name `trajectory.log`, in the folder or given itself.
    public func recognises(_ source: SceneSource) -> Bool { !Self.logs(source).isEmpty }

    ///
    /// - Throws: `inputMissing` for fewer photos than poses or no folder of photos; `inputInvalid` with file and line for the
    ///   log.
    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        var assembly = SceneAssembly(
            folder: source.folder, options: options, format: name, convention: PoseConvention(holdsCenters: true))
        assembly.unit = "m"
        let log = source.path(Self.logs(source)[0])
        let poses = try Self.poses(TextScanner(path: log))
        let imageFolder = try options.imageFolder(in: assembly.folder) ?? Self.imageFolder(of: source)
        let images = try Self.pictures(in: imageFolder)
        guard images.count >= poses.count else {
            throw FathomError(
                .inputMissing, "holds \(poses.count) poses, but there are only \(images.count) images in \(imageFolder)",
                remedy: "each pose needs its image", at: log)
        }
        if images.count > poses.count {
            assembly.warnings.append(
                "\(images.count - poses.count) images have no pose and were left out, the first is \(images[poses.count])")
        }
        let intrinsics = try RecordedIntrinsics(of: source, options)
        if intrinsics.isAssumed { assembly.warnings.append(RecordedIntrinsics.assumption) }
        let depthOf = try Self.depths(of: source, images: images, &assembly.warnings)
        var drafts: [SceneAssembly.Draft] = []
        var depths: [String?] = []
        var untracked: [String] = []
        for (image, pose) in zip(images, poses) {
            guard let pose else {
                untracked.append(image)
                continue
            }
            let path = imageFolder.appendingPath(image)
            let camera = try intrinsics.camera(SceneAssembly.imageSize(path), at: source.folder)
            drafts.append(.init(name: image, imagePath: path, camera: camera, cameraFromWorld: pose))
            depths.append(depthOf[image])
        }
        if let warning = SceneAssembly.warning(untracked: untracked) { assembly.warnings.append(warning) }
        try assembly.addMeasuredDepth(depths, codeScale: 0.001, to: &drafts)
        return try assembly.assemble(drafts)
    }

    /// `cameraFromWorld` per frame, nil where it is not finite.
    ///
    /// Matrices may be broken over lines anywhere; their last row is 0 0 0 1, or zero where a recorder left it so.
    ///
    /// - Throws: `inputInvalid` with file and line; also for a log without poses.
    package static func poses(_ text: TextScanner) throws -> [Pose?] {
        var text = text
        var poses: [Pose?] = []
        while text.nextContentLine() {
            for what in ["first", "second", "third"] { _ = try text.integer("the \(what) number of a frame's head") }
            let matrix = try (0..<16).map { try text.extendedDoubleAcrossLines("number \($0 + 1) of 16 of pose \(poses.count)") }
            poses.append(try text.cameraFromWorld(matrix))
        }
        guard !poses.isEmpty else { throw text.failure("holds no poses") }
        return poses
    }

    private static func logs(_ source: SceneSource) -> [String] { source.files { $0 == file } }

    private static func pictures(in folder: String) throws -> [String] {
        try FileSystem.list(folder).filter { ["png", "jpg", "jpeg"].contains($0.pathExtension) }
            .sorted { $0.naturallyPrecedes($1) }
    }

    private static func imageFolder(of source: SceneSource) throws -> String {
        for name in imageFolders where FileSystem.kind(of: source.path(name)) == .folder { return source.path(name) }
        throw FathomError(
            .inputMissing, "holds none of the folders \(imageFolders.joined(separator: ", "))",
            remedy: "name the folder of the images with --images", at: source.folder)
    }

    /// The paths of depth images by the names of the photos they belong to.
    private static func depths(of source: SceneSource, images: [String], _ warnings: inout [String]) throws -> [String: String] {
        let folder = source.path("depth")
        guard FileSystem.kind(of: folder) == .folder else { return [:] }
        let files = try pictures(in: folder)
        if files.count == images.count {
            return Dictionary(uniqueKeysWithValues: zip(images, files.map(folder.appendingPath)))
        }
        let byStem = Dictionary(files.map { ($0.pathStem, $0) }) { first, _ in first }
        var depths: [String: String] = [:]
        for image in images { depths[image] = byStem[image.pathStem].map(folder.appendingPath) }
        if depths.count < files.count {
            warnings.append(
                "\(files.count - depths.count) of \(files.count) files in depth/ belong to no image by name and are not used")
        }
        return depths
    }
}
