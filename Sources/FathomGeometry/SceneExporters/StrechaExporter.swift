import FathomCore

/// Strecha's multi-view sets: `images/NAME`, `cameras/NAME.camera` and, for masks, `masks/STEM.png`; numbers as
/// `StrechaImporter` reads them.
public struct StrechaExporter: SceneExporter {
    public var word: String { "strecha" }
    public var name: String { "Strecha cameras" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// Three rows of K, a row of zeros, three rows of R camera to world, the camera's place, the size; pixels count from the
    /// centre of the first.
    ///
    /// - Throws: `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        try FileSystem.makeFolder(photos.folder.appendingPath("cameras"))
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            let image = photos.name(index, of: scene)
            try photos.place(index, of: scene, as: "images/" + image)
            try photos.placeMask(index, of: scene, as: "masks/\(view.stem).png", withAlpha: true)
            try AtomicFile.write(
                Self.text(view), to: photos.folder.appendingPath("cameras/\(image)\(StrechaImporter.suffix)"))
        }
        return scene.losses(keeping: [.masks, .opacity])
    }

    private static func text(_ view: View) -> String {
        var camera = view.camera
        camera.cx -= 0.5
        camera.cy -= 0.5
        let (k, r, c) = (camera.matrix, view.cameraFromWorld.rotation.transposed, view.cameraFromWorld.center)
        return [k.row0, k.row1, k.row2, .zero, r.row0, r.row1, r.row2, c].map { "\($0.x) \($0.y) \($0.z)\n" }.joined()
            + "\(camera.width) \(camera.height)\n"
    }
}
