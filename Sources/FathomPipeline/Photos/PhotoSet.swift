import FathomCore
import FathomMedia

/// Photos without poses, laid out in one folder under names of their own.
struct PhotoSet: Sendable {
    /// What the user named.
    let source: String
    /// Where the files are.
    let folder: String
    /// Names in `folder`; stems are distinct.
    let names: [String]
    /// Whether all were taken with one camera at one focal length, as far as files tell.
    let sharesCamera: Bool
    /// Size of the first, in pixels.
    let size: (width: Int, height: Int)

    var paths: [String] { names.map { folder.appendingPath($0) } }

    /// Photos are linked, frames of a video written.
    ///
    /// - Parameters:
    ///   - path: a folder of photos (or one with a folder `images`), a text file that lists them, or a video.
    ///   - frames: which frames of a video are looked at, and how many become photos.
    ///   - target: the folder, created where it does not exist.
    /// - Throws: `inputMissing`, `inputInvalid`, `cannotCreate`, `io`, `interrupted`.
    init(
        _ path: String, frames: (options: FrameSourceOptions, count: Int), to target: String, progress: ProgressReporter
    ) throws {
        source = path
        folder = target
        try FileSystem.makeFolder(target)
        switch FileSystem.kind(of: path) {
        case nil: throw FileSystem.missing(path)
        case .file where path.pathExtension != "txt":
            names = try VideoPhotos(path, frames.options, progress).write(frames.count, to: target)
        default:
            names = try Self.link(ImageList([Self.photoFolder(path)]), to: target)
        }
        guard names.count >= 2 else {
            throw FathomError(
                .inputInvalid, "holds \(names.count) photo, whose pose nothing tells",
                remedy: "take several photos from all around",
                at: path)
        }
        let sizes = try names.map { try ImageFile.size(of: target.appendingPath($0)) }
        let cameras = Set(try names.map { try ImageFile.cameraSettings(of: target.appendingPath($0)) })
        size = (sizes[0].width, sizes[0].height)
        sharesCamera = cameras.count == 1 && sizes.allSatisfy { $0.width == sizes[0].width && $0.height == sizes[0].height }
    }

    /// The folder itself, or `images` in it where it holds no photos itself.
    private static func photoFolder(_ path: String) throws -> String {
        let images = path.appendingPath("images")
        guard FileSystem.kind(of: images) == .folder, try !FileSystem.list(path).contains(where: ImageList.isImage) else {
            return path
        }
        return images
    }

    private static func link(_ list: ImageList, to folder: String) throws -> [String] {
        try list.images.map { image in
            let name = "\(image.stem).\(image.path.pathExtension)"
            let place = folder.appendingPath(name)
            guard FileSystem.kind(of: image.path) == .file else {
                throw FathomError(.inputMissing, "the photo does not exist", remedy: "check the list", at: image.path)
            }
            if !FileSystem.isSameFile(image.path, place) { try FileSystem.link(to: FileSystem.absolute(image.path), at: place) }
            return name
        }.sorted { $0.naturallyPrecedes($1) }
    }
}
