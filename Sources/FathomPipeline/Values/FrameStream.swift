import FathomCore
import FathomGraph
import FathomMedia

/// Items in order, each with a name and, in a video, a time; made one by one whenever someone goes through them, so that
/// never more than a few are in memory.
public struct FrameStream<Item: Sendable>: Sendable {
    /// One item.
    public struct Element: Sendable {
        /// What its files are called.
        public var stem: String
        /// When it is shown, in a video.
        public var time: FrameTime?
        public var item: Item
    }

    /// How many there are, where it is known.
    public let count: Int?
    /// Frames per second of a video, the mean where it varies; nil for images.
    public let frameRate: Double?
    private let begin: @Sendable () throws -> () throws -> Element?

    /// - Parameter begin: starts from the first item; the closure it returns gives one after the other, nil after the last.
    public init(count: Int?, frameRate: Double?, begin: @escaping @Sendable () throws -> () throws -> Element?) {
        self.count = count
        self.frameRate = frameRate
        self.begin = begin
    }

    /// Starts from the first item.
    public func iterator() throws -> () throws -> Element? { try begin() }
}

extension InputPort where Content == FrameStream<Raster<UInt8>> {
    /// A port that takes a video or a list of images and finds the pictures one by one.
    public init(frames name: String) {
        self.init(name, .from(.video) { $0.pictures }, .from(.images) { $0.pictures })
    }
}
