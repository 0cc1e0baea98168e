import FathomCore

/// COLMAP sparse models: `sparse/0`, `images/` and, for masks, `masks/STEM.png`.
public struct ColmapExporter: SceneExporter {
    package let encoding: ColmapWriter.Encoding

    public init(_ encoding: ColmapWriter.Encoding) {
        self.encoding = encoding
    }

    public var word: String { encoding == .binary ? "colmap" : "colmap-text" }
    public var name: String { "COLMAP \(encoding == .binary ? "binary" : "text") model" }
    public var keepsLenses: Bool { true }

    public func write(_ scene: Scene, photos: ScenePhotos) throws -> [String] {
        let names = ColmapWriter.imageNames(scene).enumerated().map { index, name in
            let type = photos.photoExtension(index, of: scene)
            if name.pathExtension == type { return name }
            return name.dropLast(name.lastPathComponent.count) + "\(name.pathStem).\(type)"
        }
        let model = try ColmapWriter.model(of: scene, names: names)
        for (index, name) in names.enumerated() {
            try Interrupt.check()
            try photos.place(index, of: scene, as: "images/" + name)
            try photos.placeMask(index, of: scene, as: "masks/\(scene.views[index].stem).png", withAlpha: true)
        }
        try ColmapWriter.write(model, to: photos.folder.appendingPath("sparse/0"), encoding: encoding)
        return scene.losses(keeping: [.points, .tracks, .masks, .opacity])
    }
}
