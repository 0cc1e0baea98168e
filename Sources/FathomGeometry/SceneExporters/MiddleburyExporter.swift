import FathomCore

/// Middlebury multi-view sets: `NAME_par.txt` beside the images, named after the folder; for masks `masks/STEM.png`.
public struct MiddleburyExporter: SceneExporter {
    public var word: String { "middlebury" }
    public var name: String { "Middlebury cameras" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// A line per view: photo, K by rows, R by rows, t, world to camera; pixels count from the corner of the first.
    ///
    /// - Throws: `inputInvalid` when two names differ in blanks alone; `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        var text = "\(scene.views.count)\n"
        var names = Set<String>()
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            // Blanks end a name in the file.
            let stem = String(view.stem.map { $0.isWhitespace ? "_" : $0 })
            guard names.insert(stem).inserted else {
                throw FathomError(.inputInvalid, "two views would be called \(stem)", remedy: "rename one of them")
            }
            let image = photos.name(index, of: scene, stem: stem)
            try photos.place(index, of: scene, as: image)
            try photos.placeMask(index, of: scene, as: "masks/\(stem).png", withAlpha: true)
            let pose = view.cameraFromWorld
            let numbers =
                view.camera.matrix.rowMajor + pose.rotation.rowMajor
                + [pose.translation.x, pose.translation.y, pose.translation.z]
            text += "\(image) \(numbers.map { "\($0)" }.joined(separator: " "))\n"
        }
        try AtomicFile.write(text, to: photos.folder.appendingPath("\(photos.folder.lastPathComponent)_par.txt"))
        return scene.losses(keeping: [.masks, .opacity])
    }
}
