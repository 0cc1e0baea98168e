import FathomCore
import FathomMedia

/// Depth maps in order, of the frames of a video or of a list of images, kept in a temporary file.
///
/// A value is only a handle: copies share the file, which goes away with the last one. Any map can be read at any time and
/// from any thread.
public struct DepthSequence: Sendable {
    /// What is known of one map without reading it.
    public struct Frame: Sendable {
        /// What files of this frame are called: "000017" or the image's name.
        public let stem: String
        /// When it is shown, for frames of a video.
        public let time: FrameTime?
        public let width: Int
        public let height: Int
        /// Smallest and largest finite value; nil without any.
        public let range: ClosedRange<Float>?
        fileprivate let offset: Int
    }

    public let frames: [Frame]
    public let convention: DepthConvention
    /// Frames per second of a video, the mean where it varies; nil for images.
    public let frameRate: Double?
    private let file: ScratchFile

    fileprivate init(frames: [Frame], convention: DepthConvention, frameRate: Double?, file: ScratchFile) {
        self.frames = frames
        self.convention = convention
        self.frameRate = frameRate
        self.file = file
    }

    public var count: Int { frames.count }

    /// Smallest and largest finite value of all maps; nil without any.
    public var range: ClosedRange<Float>? {
        let ranges = frames.compactMap(\.range)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }

    /// The size of all maps; nil where they differ or there is none.
    public var commonSize: (width: Int, height: Int)? {
        guard let first = frames.first,
            frames.allSatisfy({ $0.width == first.width && $0.height == first.height })
        else { return nil }
        return (first.width, first.height)
    }

    /// The values of map `index`.
    ///
    /// - Throws: `io`.
    public func values(at index: Int) throws -> Raster<Float> {
        let frame = frames[index]
        var values = Raster<Float>(uninitializedWidth: frame.width, height: frame.height)
        let bytes = values.samples.count * MemoryLayout<Float>.stride
        try values.withMutablePointer {
            try file.read(into: UnsafeMutableRawBufferPointer(start: $0, count: bytes), at: frame.offset)
        }
        return values
    }

    /// Map `index`.
    ///
    /// - Throws: `io`.
    public func map(at index: Int) throws -> DepthMap {
        DepthMap(values: try values(at: index), convention: convention)
    }
}

/// Collects the maps of a `DepthSequence`.
public struct DepthSequenceBuilder {
    private let convention: DepthConvention
    private let frameRate: Double?
    private let file: ScratchFile
    private var frames: [DepthSequence.Frame] = []
    private var size = 0

    /// Opens the temporary file.
    ///
    /// - Parameters:
    ///   - frameRate: of a video; nil for images.
    ///   - folder: where the temporary file lies.
    ///   - expectedPixels: pixels of all maps to come, as far as it is known.
    /// - Throws: `cannotCreate`; `io` when the disk has too little space for that many.
    public init(
        convention: DepthConvention, frameRate: Double? = nil, in folder: String, expectedPixels: Int = 0
    ) throws {
        self.convention = convention
        self.frameRate = frameRate
        file = try ScratchFile(in: folder, expectedSize: expectedPixels * MemoryLayout<Float>.stride)
    }

    /// Adds a map.
    ///
    /// - Throws: `io` when the disk is full or fails.
    public mutating func append(_ values: Raster<Float>, stem: String, time: FrameTime? = nil) throws {
        precondition(values.channels == 1, "a depth map has one channel")
        let bytes = values.samples.count * MemoryLayout<Float>.stride
        try values.withPointer { try file.write(UnsafeRawBufferPointer(start: $0, count: bytes), at: size) }
        frames.append(
            DepthSequence.Frame(
                stem: stem, time: time, width: values.width, height: values.height, range: values.finiteRange, offset: size))
        size += bytes
    }

    /// The maps added so far.
    public func finish() -> DepthSequence {
        DepthSequence(frames: frames, convention: convention, frameRate: frameRate, file: file)
    }
}
