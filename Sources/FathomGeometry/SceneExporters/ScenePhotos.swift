import FathomCore
import FathomMedia

/// Puts the photos of a scene beside the cameras that are written, under the names a format wants.
public struct ScenePhotos: Sendable {
    /// How photos come into the folder.
    public enum Placement: String, Sendable, CaseIterable {
        case copy
        /// Symbolic links to the absolute paths of the originals.
        case link
    }

    /// Where the scene is written.
    public let folder: String
    let placement: Placement
    /// The views as they were read, when the written photos are to be straightened; nil to keep the files as they are.
    var straightened: [View]?

    /// Whether the photo of view `index` is straightened, and so written as a PNG file without alpha.
    func straightens(_ index: Int) -> Bool { straightened.map { $0[index].camera.lens != .pinhole } ?? false }

    /// The extension of view `index`'s photo once placed.
    func photoExtension(_ index: Int, of scene: Scene) -> String {
        straightens(index) ? "png" : scene.views[index].imagePath.pathExtension
    }

    /// `stem`, the view's own by default, with the extension of view `index`'s photo once placed.
    func name(_ index: Int, of scene: Scene, stem: String? = nil) -> String {
        let (stem, type) = (stem ?? scene.views[index].stem, photoExtension(index, of: scene))
        return type.isEmpty ? stem : "\(stem).\(type)"
    }

    /// The position of view `index` with leading zeros, at least three digits, so that names sort in the order of the views.
    func number(_ index: Int, of scene: Scene) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(3, String(scene.views.count - 1).count) - digits.count) + digits
    }

    /// Places the photo of view `index` at `name`, relative to `folder`.
    ///
    /// - Throws: `inputMissing`, `cannotCreate`, `io`.
    func place(_ index: Int, of scene: Scene, as name: String) throws {
        if straightens(index), let view = straightened?[index] {
            try write(name) { try ImageFile.writePNG(try view.loadColor(), to: $0) }
        } else {
            try place(scene.views[index].imagePath, as: name)
        }
    }

    /// Places the mask of view `index`, if it has one that its photo does not hold, at `name`.
    ///
    /// - Parameter withAlpha: whether the format has no other place for a mask in the photo's alpha channel. Straightened photos
    ///   have no alpha channel anyway.
    /// - Returns: whether there is such a mask.
    @discardableResult
    func placeMask(_ index: Int, of scene: Scene, as name: String, withAlpha: Bool = false) throws -> Bool {
        let view = straightened?[index] ?? scene.views[index]
        if straightens(index) || withAlpha && view.alpha == .mask, let mask = try view.loadMask() {
            try write(name) { try ImageFile.writePNG(mask, to: $0) }
            return true
        }
        guard let path = view.maskPath else { return false }
        try place(path, as: name)
        return true
    }

    /// Places any file at `name`, as it is.
    func place(_ path: String, as name: String) throws {
        try write(name) { target in
            if FileSystem.isSameFile(path, target) { return }
            switch placement {
            case .copy: try AtomicFile.copy(path, to: target)
            case .link: try FileSystem.link(to: FileSystem.absolute(path), at: target)
            }
        }
    }

    /// Has `body` write the file `name`, relative to `folder`, whose folders are created.
    ///
    /// - Throws: `inputInvalid` for a name that leads out of the folder, as hostile scenes have.
    func write(_ name: String, _ body: (String) throws -> Void) throws {
        if name.split(separator: "/").contains("..") {
            throw FathomError(
                .inputInvalid, "the file name '\(name.escapingControls)' leads out of the folder", remedy: "rename the file",
                at: folder)
        }
        let target = folder.appendingPath(name)
        let parent = String(target.dropLast(target.lastPathComponent.count))
        try FileSystem.makeFolder(parent.count > 1 && parent.hasSuffix("/") ? String(parent.dropLast()) : parent)
        try body(target)
    }
}
