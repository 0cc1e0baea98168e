import FathomCore
import FathomMedia

/// Puts the photos of a scene beside the cameras that are written, under the names a format wants.
public struct ScenePhotos: Sendable {
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

    /// Whether view `index` is straightened.
    func isStraightened(_ index: Int) -> Bool { straightened.map { $0[index].camera.lens != .pinhole } == true }

    /// The extension of view `index`'s photo once placed.
    func photoExtension(_ index: Int, of scene: Scene) -> String {
        isStraightened(index) ? "png" : scene.views[index].imagePath.pathExtension
    }

    /// Places the photo of view `index` at `name`, relative to `folder`.
    ///
    /// - Throws: `inputMissing`, `cannotCreate`, `io`.
    func place(_ index: Int, of scene: Scene, as name: String) throws {
        if let view = straightened?[index], view.camera.lens != .pinhole {
            try write(name) { try ImageFile.writePNG(try view.loadColor(), to: $0) }
        } else {
            try place(scene.views[index].imagePath, as: name)
        }
    }

    /// Places the mask of view `index`, if it has a mask file, at `name`.
    func placeMask(_ index: Int, of scene: Scene, as name: String) throws {
        guard let path = scene.views[index].maskPath else { return }
        if let view = straightened?[index], view.camera.lens != .pinhole, let mask = try view.loadMask() {
            try write(name) { try ImageFile.writePNG(mask, to: $0) }
        } else {
            try place(path, as: name)
        }
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
