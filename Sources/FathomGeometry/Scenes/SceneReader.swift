import FathomCore

/// One format of posed photos. A format is one file that conforms and one line in `SceneReader.importers`.
public protocol SceneImporter: Sendable {
    /// Name of the format as reports print it.
    var name: String { get }
    /// What a folder of this format holds, for the error that lists what was looked for.
    var signature: String { get }
    /// Whether `source` is of this format. Looks at names only, cheap, never throws.
    func recognises(_ source: SceneSource) -> Bool
    /// Reads the scene. Every image is checked to exist and to have the size its camera states.
    ///
    /// - Throws: `inputMissing` for files that are named but absent, `inputInvalid` with file and line or byte otherwise.
    func read(_ source: SceneSource, options: SceneOptions) throws -> Scene
}

/// Reads a scene of any known format.
public enum SceneReader {
    /// Formats in the order they are tried.
    public static let importers: [any SceneImporter] = [
        ColmapImporter(),
        NerfImporter(),
        LLFFImporter(),
        NeusImporter(),
        MVSNetImporter(),
        StrechaImporter(),
        MiddleburyImporter(),
        TUMImporter(),
        TrajectoryImporter(),
        PosedFramesImporter(),
    ]

    /// Whether `path` is a scene of a known format, by its names.
    public static func recognises(_ path: String) -> Bool {
        guard let source = try? SceneSource(path) else { return false }
        return importers.contains { $0.recognises(source) }
    }

    /// The scene in `path`, a folder or the file in it that describes the cameras.
    ///
    /// The number of views is not judged here: a stage that needs two or more says so itself.
    ///
    /// - Throws: `inputMissing` when the folder or a file it names does not exist; `inputInvalid` when no format fits (the
    ///   message lists what was looked for) or the content is inconsistent; `usage` for impossible options.
    public static func read(_ path: String, options: SceneOptions = SceneOptions()) throws -> Scene {
        try options.validate()
        let source = try SceneSource(path)
        let matching = importers.filter { $0.recognises(source) }
        guard let importer = matching.first else { throw unrecognised(source, at: path) }
        var scene = try importer.read(source, options: options)
        scene.source = path
        if matching.count > 1 {
            let others = matching.dropFirst().map(\.name).joined(separator: ", ")
            scene.warnings.append("the folder also holds \(others); it was read as \(scene.format)")
        }
        return scene
    }

    /// The error for something that no format fits: photos and videos want poses, anything else what was looked for.
    private static func unrecognised(_ source: SceneSource, at path: String) -> FathomError {
        let photos = ["jpg", "jpeg", "png"]
        let videos = ["mp4", "mov", "m4v", "mkv", "webm", "avi"]
        let colmap = "let COLMAP find them: --poses colmap"
        if let file = source.file, videos.contains(file.pathExtension) {
            return FathomError(.inputInvalid, "is a video, whose frames have no poses", remedy: colmap, at: path)
        }
        let visible = source.names.filter { !$0.hasPrefix(".") }
        let count = visible.count { photos.contains($0.pathExtension) }
        if source.file == nil && count > 0 && count == visible.count {
            return FathomError(
                .inputInvalid, "holds \(count) photo\(count == 1 ? "" : "s") and no poses", remedy: colmap, at: path)
        }
        let list = importers.map { "\($0.name) (\($0.signature))" }.joined(separator: ", ")
        let remedy =
            source.file != nil
            ? "give the folder of the scene"
            : count > 0 || visible.contains("images") ? "if the photos have no poses, \(colmap)" : "check the path"
        return FathomError(.inputInvalid, "is no scene of a known format; looked for: \(list)", remedy: remedy, at: path)
    }
}
