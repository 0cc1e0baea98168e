import FathomCore

/// A moment on a video's clock: `ticks` units of `numerator / denominator` seconds.
public struct FrameTime: Sendable, Hashable {
    /// Units since the clock's zero; negative in streams that begin before it.
    public var ticks: Int64
    /// Seconds per tick as a fraction.
    public var numerator: Int32
    /// Ticks in `numerator` seconds.
    public var denominator: Int32

    /// - Precondition: a positive fraction.
    public init(ticks: Int64, numerator: Int32, denominator: Int32) {
        precondition(numerator > 0 && denominator > 0, "a clock ticks forward")
        self.ticks = ticks
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Rounded to a double; compare ticks where equality matters.
    public var seconds: Double { Double(ticks) * Double(numerator) / Double(denominator) }
}

/// One picture of a video.
public struct VideoFrame: Sendable {
    /// Position among the frames that the source delivers, from 0.
    public var index: Int
    /// When it is shown.
    public var time: FrameTime
    /// RGB, 8 bits, upright.
    public var image: Raster<UInt8>

    /// A frame as a source delivers it.
    public init(index: Int, time: FrameTime, image: Raster<UInt8>) {
        self.index = index
        self.time = time
        self.image = image
    }
}

/// Frames one after the other, decoded when asked for: a video file, a folder of images, a glob.
///
/// Never more than a few frames are in memory. All frames have the size `width` × `height` and one clock, whose times grow.
public protocol FrameSource: AnyObject {
    /// Size of the delivered frames, upright.
    var width: Int { get }
    var height: Int { get }
    /// Frames that will be delivered, where it is known without decoding; an estimate for most video files.
    var expectedCount: Int? { get }
    /// Frames per second, the mean where it varies.
    var frameRate: Double { get }
    /// What was skipped or repaired so far, one sentence each.
    var warnings: [String] { get }
    /// Frames that damage took from between those delivered so far.
    var lostFrames: Int { get }
    /// The next frame, or nil after the last.
    ///
    /// - Throws: `inputInvalid` or `io`.
    func next() throws -> VideoFrame?
    /// Passes over the next frame without making its picture, and tells its time; nil after the last.
    ///
    /// `next` and `skip` go through the same frames in any mixture.
    ///
    /// - Throws: `inputInvalid` or `io`.
    func skip() throws -> FrameTime?
}

extension FrameSource {
    /// None: damage is an error.
    public var lostFrames: Int { 0 }
}
