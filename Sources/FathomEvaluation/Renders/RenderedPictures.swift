import FathomCore
import FathomGeometry
import FathomMedia

/// A folder of pictures that show what views should see, `STEM.png` or `STEM.jpg` by the views' stems.
///
/// A folder `views` inside is preferred. What is at least half opaque counts; without alpha, all of a picture does.
struct RenderedPictures: Sendable {
    private let folder: String
    private let names: [String: String]

    /// - Throws: `inputMissing`, or `inputInvalid` when there are no pictures or two for one view.
    init(_ path: String) throws {
        let inside = path.appendingPath("views")
        folder = FileSystem.kind(of: inside) == .folder ? inside : path
        var names: [String: String] = [:]
        for name in try FileSystem.list(folder) where !name.hasPrefix(".") && ["png", "jpg", "jpeg"].contains(name.pathExtension)
        {
            if let other = names.updateValue(name, forKey: name.pathStem) {
                throw FathomError(
                    .inputInvalid, "holds both \(other) and \(name)", remedy: "keep one picture per view", at: folder)
            }
        }
        if names.isEmpty {
            throw FathomError(
                .inputInvalid, "holds no pictures", remedy: "name pictures STEM.png after the views of the scene", at: folder)
        }
        self.names = names
    }

    /// Stems of the pictures, sorted bytewise.
    var stems: [String] { names.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    func has(_ view: View) -> Bool { names[view.stem] != nil }

    /// The picture of a view that has one.
    ///
    /// - Throws: `io`, or `inputInvalid` for a damaged picture or one of another size than the view's straightened photo.
    func photo(seenBy view: View) throws -> PredictedPhoto {
        guard let name = names[view.stem] else { preconditionFailure("\(view.stem) has no picture") }
        let path = folder.appendingPath(name)
        let (decoded, camera) = (try ImageFile.read(path), view.pinhole)
        guard decoded.width == camera.width, decoded.height == camera.height else {
            let straightened = view.camera.lens == .pinhole ? "photo" : "straightened photo"
            throw FathomError(
                .inputInvalid,
                "is \(decoded.width)×\(decoded.height) but the \(straightened) is \(camera.width)×\(camera.height)",
                remedy: "render it with the view's camera, as fathom render --cameras does", at: path)
        }
        let image = decoded.rgb8()
        guard let opacity = decoded.opacity() else {
            return PredictedPhoto(image: image, covered: Raster(width: image.width, height: image.height, repeating: 255))
        }
        return PredictedPhoto(image: image, opacity: opacity)
    }
}
