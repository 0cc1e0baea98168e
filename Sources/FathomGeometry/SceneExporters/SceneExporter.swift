import FathomCore

/// One format that scenes are written in. A format is one file that conforms and one line in `SceneWriter.exporters`.
public protocol SceneExporter: Sendable {
    /// The word for it on the command line, such as "colmap".
    var word: String { get }
    /// Name of the format as reports print it.
    var name: String { get }
    /// Whether its cameras keep lens distortion. Other formats get straightened photos.
    var keepsLenses: Bool { get }
    /// Writes the scene under `photos.folder`, which exists.
    ///
    /// - Parameter photos: puts photos, masks and depth images where the format wants them.
    /// - Returns: what the scene holds and the format cannot, a phrase each, with figures: "principal points, which lie up to 3.2 px
    ///   off the centre".
    /// - Throws: `cannotCreate`, `io`, or `inputInvalid` when the format cannot hold the scene at all.
    func write(_ scene: Scene, photos: ScenePhotos) throws -> [String]
}

/// Writes scenes in any known format.
public enum SceneWriter {
    /// In the order in which help lists them.
    public static let exporters: [any SceneExporter] = [
        ColmapExporter(.binary),
        ColmapExporter(.text),
        MVSNetExporter(),
        StrechaExporter(),
        MiddleburyExporter(),
        PosedFramesExporter(),
        TrajectoryExporter(),
        NerfExporter(),
        LLFFExporter(),
        NeusExporter(),
    ]

    /// The format for a word of the command line.
    public static func exporter(_ word: String) -> (any SceneExporter)? { exporters.first { $0.word == word } }

    /// Writes `scene` into `folder`, which is created.
    ///
    /// - Returns: what the format cannot hold, a phrase each.
    /// - Throws: `inputInvalid` for a scene without views, or when lenses bend rays, the format has no lens model and `undistort` is
    ///   false; what the format throws.
    public static func write(
        _ scene: Scene, to folder: String, as exporter: any SceneExporter, placement: ScenePhotos.Placement = .copy,
        undistort: Bool = false
    ) throws -> [String] {
        if scene.views.isEmpty { throw FathomError(.inputInvalid, "the scene has no views") }
        let isBent = scene.views.contains { $0.camera.lens != .pinhole }
        if isBent && !exporter.keepsLenses && !undistort {
            throw FathomError(
                .inputInvalid, "its lenses bend rays, and \(exporter.name) has no lens model",
                remedy: "write straightened photos with --undistort")
        }
        try FileSystem.makeFolder(folder)
        var photos = ScenePhotos(folder: folder, placement: placement)
        var scene = scene
        if undistort && isBent {
            photos.straightened = scene.views
            for index in scene.views.indices { scene.views[index].camera = scene.views[index].pinhole }
        }
        return try exporter.write(scene, photos: photos)
    }
}
