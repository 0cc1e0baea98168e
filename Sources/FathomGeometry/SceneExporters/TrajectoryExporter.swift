import FathomCore

/// RGB-D recordings in the layout of Redwood and Open3D: `trajectory.log`, `image/NNNNN.EXT`, `depth/NNNNN.png` and
/// `camera_intrinsic.json`, whose pixels count from the centre of the first one.
public struct TrajectoryExporter: SceneExporter {
    public var word: String { "redwood" }
    public var name: String { "RGB-D trajectory" }
    public var keepsLenses: Bool { false }

    public init() {}

    /// Matrices are camera to world, depth in millimetres of 16 bits.
    ///
    /// - Throws: as `RGBDRecording` for scenes with several cameras; `cannotCreate`, `io`.
    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        var recording = try RGBDRecording(scene, photos: photos)
        func frame(_ index: Int) -> String { index.digits(5) }
        var log = ""
        for (index, view) in scene.views.enumerated() {
            try Interrupt.check()
            let name = frame(index)
            try photos.place(index, of: scene, as: "image/" + photos.name(index, of: scene, stem: name))
            try photos.placeMask(index, of: scene, as: "masks/\(name).png", withAlpha: true)
            try recording.placeDepth(index, as: "depth/\(name).png")
            log += "\(index) \(index) \(index + 1)\n\(RGBDRecording.matrix(view))"
        }
        try AtomicFile.write(log, to: photos.folder.appendingPath("trajectory.log"))
        let camera = recording.camera
        let matrix = [camera.fx, 0, 0, 0, camera.fy, 0, camera.cx - 0.5, camera.cy - 0.5, 1]
        let json = JSONValue.object([
            "width": .int(camera.width), "height": .int(camera.height), "intrinsic_matrix": .array(matrix.map { .double($0) }),
        ])
        try AtomicFile.write(json.text(pretty: true) + "\n", to: photos.folder.appendingPath("camera_intrinsic.json"))
        return recording.losses(names: frame)
    }
}
