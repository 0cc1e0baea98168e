import FathomCore
import FathomMedia

/// Depth maps in order, of the frames of a video or of a list of images, kept in files.
///
/// A value is only a handle: a map is read whenever it is asked for, from any thread. The temporary file of a
/// `DepthSequenceBuilder` goes away with the last copy.
public struct DepthSequence: Sendable {
    /// What is known of one map without reading it.
    public struct Frame: Sendable {
        /// What files of this frame are called: "000017" or the image's name.
        public let stem: String
        /// When it is shown, for frames of a video.
        public let time: FrameTime?
        /// Pixels per row of the map.
        public let width: Int
        /// Rows of the map.
        public let height: Int
        /// Smallest and largest finite value; nil without any.
        public let range: ClosedRange<Float>?

        /// Facts of a map that is kept elsewhere.
        public init(stem: String, time: FrameTime?, width: Int, height: Int, range: ClosedRange<Float>?) {
            self.stem = stem
            self.time = time
            self.width = width
            self.height = height
            self.range = range
        }
    }

    /// In the order in which they are shown.
    public let frames: [Frame]
    /// Holds for all maps.
    public let convention: DepthConvention
    /// Frames per second of a video, the mean where it varies; nil for images.
    public let frameRate: Double?
    private let load: @Sendable (Int) throws -> Raster<Float>

    /// - Parameter load: gives the values of a map, of the size its frame states.
    public init(
        frames: [Frame], convention: DepthConvention, frameRate: Double?, load: @escaping @Sendable (Int) throws -> Raster<Float>
    ) {
        self.frames = frames
        self.convention = convention
        self.frameRate = frameRate
        self.load = load
    }

    /// Number of maps.
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
    ///
    /// One channel, NaN without a value; read anew each time, in time proportional to its pixels.
    public func values(at index: Int) throws -> Raster<Float> { try load(index) }

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
    /// Where each map lies in the file.
    private var offsets: [Int] = []
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
    ///
    /// Writes 4 bytes per pixel and keeps nothing of it in memory but its range.
    public mutating func append(_ values: Raster<Float>, stem: String, time: FrameTime? = nil) throws {
        precondition(values.channels == 1, "a depth map has one channel")
        let bytes = values.samples.count * MemoryLayout<Float>.stride
        try values.withPointer { try file.write(UnsafeRawBufferPointer(start: $0, count: bytes), at: size) }
        frames.append(
            DepthSequence.Frame(
                stem: stem, time: time, width: values.width, height: values.height, range: values.finiteRange))
        offsets.append(size)
        size += bytes
    }

    /// The maps added so far.
    public func finish() -> DepthSequence {
        DepthSequence(frames: frames, convention: convention, frameRate: frameRate) { [file, frames, offsets] index in
            var values = Raster<Float>(uninitializedWidth: frames[index].width, height: frames[index].height)
            let bytes = values.samples.count * MemoryLayout<Float>.stride
            try values.withMutablePointer {
                try file.read(into: UnsafeMutableRawBufferPointer(start: $0, count: bytes), at: offsets[index])
            }
            return values
        }
    }
}
