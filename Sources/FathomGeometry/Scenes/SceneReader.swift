import FathomCore

/// How a scene folder is read.
public struct SceneOptions: Sendable {
    /// Folder of masks named `STEM.png`, relative to the working directory or to the scene; nil for none.
    public var masks: String?
    /// Box that holds what should be reconstructed, in world coordinates; it replaces what the format says.
    public var bounds: Bounds?
    /// fx, fy, cx, cy in continuous pixels (centre of the first pixel at 0.5, 0.5) for formats that do not state them.
    public var intrinsics: SIMD4<Double>?

    public init(masks: String? = nil, bounds: Bounds? = nil, intrinsics: SIMD4<Double>? = nil) {
        self.masks = masks
        self.bounds = bounds
        self.intrinsics = intrinsics
    }

    /// - Throws: `usage` for a box without volume, for intrinsics that are not positive focal lengths, for non-finite numbers.
    public func validate() throws {
        if let bounds {
            let size = bounds.upper - bounds.lower
            guard size.x > 0, size.y > 0, size.z > 0, (size * size).sum().isFinite else {
                throw FathomError(
                    .usage, "the bounds \(bounds.lower) to \(bounds.upper) are not a box",
                    remedy: "give the smaller corner first: xmin,ymin,zmin,xmax,ymax,zmax")
            }
        }
        if let k = intrinsics {
            guard k[0] > 0, k[1] > 0, k.sum().isFinite else {
                throw FathomError(.usage, "the intrinsics \(k) are not fx,fy,cx,cy with positive focal lengths")
            }
        }
    }
}

/// One format of posed photos. A format is one file that conforms and one line in `SceneReader.importers`.
public protocol SceneImporter: Sendable {
    /// Name of the format as reports print it.
    var name: String { get }
    /// What a folder of this format holds, for the error that lists what was looked for.
    var signature: String { get }
    /// Whether `folder` is of this format. Looks at names only, cheap, never throws.
    func recognises(_ folder: String) -> Bool
    /// Reads the folder. Every image is checked to exist and to have the size its camera states.
    ///
    /// - Throws: `inputMissing` for files that are named but absent, `inputInvalid` with file and line or byte otherwise.
    func read(_ folder: String, options: SceneOptions) throws -> Scene
}

/// Reads a scene folder of any known format.
public enum SceneReader {
    /// Formats in the order they are tried.
    public static let importers: [any SceneImporter] = [ColmapImporter(), MiddleburyImporter(), PosedFramesImporter()]

    /// The scene in `path`.
    ///
    /// The number of views is not judged here: a stage that needs two or more says so itself.
    ///
    /// - Throws: `inputMissing` when the folder or a file it names does not exist; `inputInvalid` when no format fits (the
    ///   message lists what was looked for) or the content is inconsistent; `usage` for impossible options.
    public static func read(_ path: String, options: SceneOptions = SceneOptions()) throws -> Scene {
        try options.validate()
        switch FileSystem.kind(of: path) {
        case nil:
            throw FathomError(.inputMissing, "does not exist", remedy: "check the path", at: path)
        case .folder:
            break
        default:
            throw FathomError(.inputInvalid, "is not a folder", remedy: "give the folder that holds the scene", at: path)
        }
        let matching = importers.filter { $0.recognises(path) }
        guard let importer = matching.first else {
            let list = importers.map { "\($0.name) (\($0.signature))" }.joined(separator: ", ")
            throw FathomError(
                .inputInvalid, "is no scene of a known format; looked for: \(list)",
                remedy: "photos without poses need them first, for example from COLMAP", at: path)
        }
        var scene = try importer.read(path, options: options)
        if matching.count > 1 {
            let others = matching.dropFirst().map(\.name).joined(separator: ", ")
            scene.warnings.append("the folder also holds \(others); it was read as \(scene.format)")
        }
        return scene
    }
}
