import FathomCore
import FathomMedia

/// A video that a graph reads: a video file, a folder of images or a pattern, decoded anew by each stage that asks for it.
public struct VideoInput: Sendable {
    public let path: String
    /// Which frames are read, and how large.
    public let options: FrameSourceOptions
    /// Of the frames as they are read.
    public let width: Int
    public let height: Int
    /// Frames to come, an estimate for most video files.
    public let expectedCount: Int?
    /// Frames per second.
    public let frameRate: Double
    /// The file, or the images.
    let files: [String]
    /// The libraries that decode the frames, with their versions.
    let libraries: [String: String]

    /// - Throws: `usage`, `inputMissing`, `inputInvalid` or `io`.
    public init(_ path: String, options: FrameSourceOptions) throws {
        let source = try FrameSourceReader.open(path, options: options)
        self.path = path
        self.options = options
        width = source.width
        height = source.height
        expectedCount = source.expectedCount
        frameRate = source.frameRate
        let images = (source as? ImageSequence)?.paths
        files = images ?? [path]
        libraries =
            images?.reduce(into: [:]) { $0.merge(ImageFile.libraries(of: $1)) { first, _ in first } } ?? VideoFacts.libraries
    }

    /// Starts from the first frame.
    ///
    /// - Throws: as `init`.
    public func open() throws -> any FrameSource { try FrameSourceReader.open(path, options: options) }

    /// What the files of frame `index` are called.
    public static func stem(_ index: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    var pictures: FrameStream<Raster<UInt8>> {
        FrameStream(count: expectedCount, frameRate: frameRate) {
            let source = try open()
            return {
                try source.next().map { .init(stem: Self.stem($0.index), time: $0.time, item: $0.image) }
            }
        }
    }
}
