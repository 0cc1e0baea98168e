import FathomCore
import FathomMedia

/// `transforms.json` of NeRF (Blender), instant-ngp and nerfstudio; see `TransformsFile`.
///
/// In a folder `transforms.json` is read, else `transforms_train.json`; any other file is read when it is named. Poses and
/// points stay in the file's frame: `applied_transform` is kept and never undone. Alpha channels are masks. Points of
/// `ply_file_path` come without tracks: they are kept for other formats, while views and depths are planned from the photos.
public struct NerfImporter: SceneImporter {
    public var name: String { "NeRF transforms" }
    public var signature: String { "transforms.json or transforms_train.json" }

    /// Scene units per code of 16-bit depth images where the file does not say: millimetres, in metres.
    private static let depthScale = 0.001

    public init() {}

    /// By names; a JSON file that is named itself counts, whatever it is called.
    public func recognises(_ source: SceneSource) -> Bool { !Self.candidates(source).isEmpty }

    ///
    /// - Throws: `inputMissing` for photos and depth images; `inputInvalid` with the JSON path for what a key should not hold.
    public func read(_ source: SceneSource, options: SceneOptions) throws -> Scene {
        let folder = source.folder
        let candidates = Self.candidates(source)
        let preferred = ["transforms.json", "transforms_train.json"].first(where: candidates.contains)
        guard let chosen = preferred ?? candidates.first else {
            throw FathomError(.inputInvalid, "holds no \(signature)", at: folder)
        }
        var assembly = SceneAssembly(
            folder: folder, options: options, format: name, convention: PoseConvention(axes: .openGL, holdsCenters: true))
        let others = candidates.filter { $0 != chosen }
        if !others.isEmpty {
            assembly.warnings.append("only \(chosen) was read; give the file itself to read \(others.joined(separator: " or "))")
        }
        let path = source.path(chosen)
        let file = try TransformsFile(JSONNode.read(path), intrinsics: options.intrinsics)
        assembly.appliedTransform = file.appliedTransform
        if !file.notes.isEmpty {
            assembly.warnings.append("\(file.notes.joined(separator: ", ")): not applied, lengths stay as the poses state them")
        }
        let images = try options.imageFolder(in: assembly.folder)
        var withoutDepth: [String] = []
        let drafts = try file.frames.map { frame in
            try Interrupt.check()
            let (name, imagePath) =
                try images.map { try Self.locate(frame.imagePath, among: $0) } ?? Self.locate(frame.imagePath, in: folder)
            let size = try ImageFile.size(of: imagePath)
            let depth = try frame.depthPath.flatMap { try Self.depth(Self.path($0, in: folder), frame, size: size) }
            if depth == nil && frame.depthPath != nil { withoutDepth.append(name) }
            return SceneAssembly.Draft(
                name: name, imagePath: imagePath, camera: frame.camera.camera(for: (size.width, size.height)),
                cameraFromWorld: frame.cameraFromWorld, maskPath: frame.maskPath.map { Self.path($0, in: folder) },
                alpha: size.channels % 2 == 0 ? .mask : .ignored, measuredDepth: depth)
        }
        if let first = withoutDepth.first {
            assembly.warnings.append(
                "the depth images of \(withoutDepth.count) of \(drafts.count) views were left out, as they are not of the photos' size "
                    + "or their unit is not known; the first is that of \(first)")
        }
        let points = Self.points(file.pointsPath, in: folder, warnings: &assembly.warnings)
        return try assembly.assemble(drafts, points: points)
    }

    private static func candidates(_ source: SceneSource) -> [String] {
        if let file = source.file { return file.pathExtension == "json" ? [file] : [] }
        return source.names.filter { $0 == "transforms.json" || $0.hasPrefix("transforms_") && $0.hasSuffix(".json") }
    }

    // MARK: Files

    private static func path(_ name: String, in folder: String) -> String {
        name.hasPrefix("/") ? name : folder.appendingPath(name.hasPrefix("./") ? String(name.dropFirst(2)) : name)
    }

    /// The image `name`, whose extension may be missing, and its name with extension.
    ///
    /// - Throws: `inputMissing`.
    private static func locate(_ name: String, in folder: String) throws -> (name: String, path: String) {
        let stated = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
        if let found = existing(stated, in: folder) { return found }
        throw FathomError(
            .inputMissing, "the image does not exist, nor does it with .png, .jpg or .jpeg",
            remedy: "put the images where the scene names them, or name their folder with --images", at: path(stated, in: folder))
    }

    /// The image `name` in a folder that replaces the file's own: with its subfolders or without.
    private static func locate(_ name: String, among folder: String) throws -> (name: String, path: String) {
        let components = name.split(separator: "/").filter { $0 != "." }
        for start in components.indices {
            if let found = existing(components[start...].joined(separator: "/"), in: folder) { return found }
        }
        return try locate(name.lastPathComponent, in: folder)
    }

    private static func existing(_ name: String, in folder: String) -> (name: String, path: String)? {
        for type in ["", ".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"] {
            let path = path(name + type, in: folder)
            if FileSystem.kind(of: path) == .file { return (name + type, path) }
        }
        return nil
    }

    /// The depth image of a frame; nil when it is not of the photo's size, or when it holds numbers in a unit that the file does
    /// not name.
    private static func depth(
        _ path: String, _ frame: TransformsFile.Frame, size: (width: Int, height: Int, channels: Int)
    ) throws -> View.MeasuredDepth? {
        guard FileSystem.kind(of: path) == .file else {
            throw FathomError(
                .inputMissing, "the depth image does not exist", remedy: "put it where the scene names it", at: path)
        }
        guard path.pathExtension == "png" else { return frame.depthScale == 1 ? View.MeasuredDepth(path: path) : nil }
        let own = try ImageFile.size(of: path)
        guard (own.width, own.height) == (size.width, size.height) else { return nil }
        return View.MeasuredDepth(path: path, codeScale: frame.depthScale ?? depthScale)
    }

    /// The points of a PLY file; none, with a warning, when it cannot be read.
    private static func points(_ name: String?, in folder: String, warnings: inout [String]) -> [SparsePoint] {
        guard let name else { return [] }
        let path = path(name, in: folder)
        do {
            guard FileSystem.kind(of: path) == .file else { throw FathomError(.inputMissing, "does not exist", at: path) }
            let cloud = try PLYFile.readPoints(path)
            return cloud.positions.indices.map { index in
                SparsePoint(
                    position: SIMD3<Double>(cloud.positions[index]), color: cloud.colors.isEmpty ? .zero : cloud.colors[index],
                    views: [])
            }
        } catch {
            warnings.append("the sparse points were left out: \(error)")
            return []
        }
    }
}
