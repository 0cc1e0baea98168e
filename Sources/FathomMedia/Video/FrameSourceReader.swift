import FathomCore

/// Opens what a user names as a video: a video file, one image, a folder of images, or a pattern.
public enum FrameSourceReader {
    /// - Throws: `usage`, `inputMissing`, `io` or `inputInvalid`; see `VideoFile` and `ImageSequence`.
    public static func open(_ path: String, options: FrameSourceOptions = .init()) throws -> any FrameSource {
        switch FileSystem.kind(of: path) {
        case .folder: return try ImageSequence(folder: path, options: options)
        case nil where path.isPattern: return try ImageSequence(glob: path, options: options)
        default:
            if try ImageFile.isImage(path) { return try ImageSequence(paths: [path], name: path, options: options) }
            return try VideoFile(path, options: options)
        }
    }
}
