import FathomCore

/// RGB-D recordings in the layout of 7-Scenes: `frame-NNNNNN.color.EXT`, `.pose.txt`, `.depth.png`, and `camera-intrinsics.txt`.
public struct PosedFramesExporter: SceneExporter {
    public var word: String { "rgbd" }
    public var name: String { "RGB-D frames" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// Matrices are camera to world, depth in millimetres of 16 bits.
    ///
    /// - Throws: as `RGBDRecording` for scenes with several cameras; `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        var recording = try RGBDRecording(scene, photos: photos)
        func frame(_ index: Int) -> String { "frame-\(index.digits(6))" }
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            let name = frame(index)
            try photos.place(index, of: scene, as: photos.name(index, of: scene, stem: name + ".color"))
            try photos.placeMask(index, of: scene, as: "masks/\(name).color.png", withAlpha: true)
            try recording.placeDepth(index, as: "\(name).depth.png")
            try AtomicFile.write(RGBDRecording.matrix(view), to: photos.folder.appendingPath("\(name).pose.txt"))
        }
        let k = recording.camera.matrix
        let rows = [k.row0, k.row1, k.row2].map { "\($0.x) \($0.y) \($0.z)\n" }.joined()
        try AtomicFile.write(rows, to: photos.folder.appendingPath("camera-intrinsics.txt"))
        return recording.losses { frame($0) + ".color" }
    }
}
