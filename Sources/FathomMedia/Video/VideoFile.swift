import CFFmpeg
import FathomCore

/// The frames of a video file, of any container and codec that the installed libav libraries decode.
///
/// - Frames are turned upright as the stream's display matrix asks and keep their pixels: where pixels are not square
///   (anamorphic video), a warning says so and nothing is stretched.
/// - YUV becomes full-range RGB by the matrix and range that the stream names (BT.601, 709, 2020), else by BT.709 for high
///   definition and BT.601 below; more than 8 bits are rounded to 8. High dynamic range is not tone mapped; a warning says so.
/// - Times are the stream's own, also of variable frame rate. A missing one is the previous time plus the frame's duration,
///   and times always grow.
/// - Damaged packets and frames that the decoder had to patch are left out, counted, and reported by one warning.
/// - `from` is found by the index of the container where it has one; the frames are those that decoding from the start gives.
public final class VideoFile: FrameSource {
    /// As it was given.
    public let path: String
    /// Of delivered frames, upright and after `maxSide`.
    public let width: Int
    /// Of delivered frames, upright and after `maxSide`.
    public let height: Int
    /// From the header's count or duration; nil where it states neither.
    public let expectedCount: Int?
    /// The stream's mean over the stride; 30 over the stride where it states none.
    public let frameRate: Double
    /// Keys and values of the container, keys in lower case.
    public let metadata: [String: String]

    private let options: FrameSourceOptions
    private let limits: ReadLimits
    private var decoder: VideoDecoder
    /// Whether frames are decoded one after the other, because the file is damaged.
    private var isCareful = false
    private let standing: [String]
    /// Time zero of `from` and `to`, and the two in ticks.
    private let start: Int64
    private let firstTicks: Int64
    private let endTicks: Int64?
    /// Frames decoded since the first that `from` admits.
    private var admitted = 0
    private var delivered = 0
    /// Whether the decoder holds a frame that was not considered yet.
    private var isPending = true
    private var isDone = false

    /// Opens a file and decodes its first frame.
    ///
    /// - Throws: `usage`, `inputMissing`, `io`, or `inputInvalid` when the file has no video stream, not one decodable frame,
    ///   or frames larger than `limits`.
    public init(_ path: String, options: FrameSourceOptions = .init(), limits: ReadLimits = .current) throws {
        try options.validate()
        decoder = try VideoDecoder(path: path, limits: limits, isCareful: false)
        if decoder.isDamaged {
            decoder = try VideoDecoder(path: path, limits: limits, isCareful: true)
            isCareful = true
        }
        let facts = VideoFacts(decoder)
        self.path = path
        self.options = options
        self.limits = limits
        (width, height) = options.size(width: facts.width, height: facts.height)
        frameRate = (facts.frameRate ?? 30) / Double(options.stride)
        metadata = decoder.metadata
        standing = facts.warnings
        start = decoder.ticks
        let ticksPerSecond = Double(decoder.facts.time_denominator) / Double(decoder.facts.time_numerator)
        firstTicks = Self.ticks(options.from, start, ticksPerSecond) ?? .min
        endTicks = Self.ticks(options.to, start, ticksPerSecond)
        expectedCount = Self.expectedCount(facts, options)
        if firstTicks > start && decoder.facts.indexed != 0 { try goToFirst() }
    }

    /// Those of the header, and damage met so far.
    public var warnings: [String] { standing + VideoFacts.warnings(of: decoder.damage) }

    public var lostFrames: Int { Int(decoder.damage.gaps) }

    /// - Throws: `io`, `interrupted`; damage is skipped and reported by `warnings`.
    public func next() throws -> VideoFrame? {
        guard let time = try nextAdmitted() else { return nil }
        let image = try decoder.rgb().oriented(max(1, Int(decoder.facts.orientation)))
        return frame(time, image.resized(width: width, height: height, filter: .area))
    }

    /// Decodes the next frame, which others build on, but does not convert it to RGB.
    public func skip() throws -> FrameTime? {
        guard let time = try nextAdmitted() else { return nil }
        delivered += 1
        return time
    }

    /// The next frame of a lossless depth video: one channel of 16 bits, as stored, neither turned nor resized.
    ///
    /// - Throws: also `inputInvalid` where frames are not of this kind.
    public func nextGray16() throws -> (time: FrameTime, samples: Raster<UInt16>)? {
        guard let time = try nextAdmitted() else { return nil }
        delivered += 1
        return (time, try decoder.gray16())
    }

    private func frame(_ time: FrameTime, _ image: Raster<UInt8>) -> VideoFrame {
        defer { delivered += 1 }
        return VideoFrame(index: delivered, time: time, image: image)
    }

    /// Lets the decoder hold the next frame that the options admit, and tells its time.
    private func nextAdmitted() throws -> FrameTime? {
        while !isDone {
            try Interrupt.check()
            let ticks = isPending ? decoder.ticks : try advance()
            isPending = false
            guard let ticks, endTicks.map({ ticks < $0 }) ?? true else {
                isDone = true
                break
            }
            if ticks < firstTicks { continue }
            admitted += 1
            if (admitted - 1) % options.stride == 0 {
                return FrameTime(
                    ticks: ticks, numerator: decoder.facts.time_numerator, denominator: decoder.facts.time_denominator)
            }
        }
        return nil
    }

    /// Decodes the next frame. The first sign of damage sends the decoder back to decode frames one after the other, so that
    /// the same frames are skipped every time; those before are whole.
    private func advance() throws -> Int64? {
        let last = decoder.ticks
        let next = try decoder.advance()
        if isCareful || !decoder.isDamaged { return next }
        isCareful = true
        try reopen()
        while decoder.ticks <= last {
            if try decoder.advance() == nil { return nil }
        }
        return decoder.ticks
    }

    /// Seeks near the first frame wanted. A landing behind it, or on damage, is undone.
    private func goToFirst() throws {
        let wasDamaged = decoder.isDamaged
        if decoder.seek(to: firstTicks), let landed = try? decoder.advance(), landed <= firstTicks,
            decoder.isDamaged == wasDamaged
        {
            return
        }
        try reopen()
    }

    private func reopen() throws {
        decoder = try VideoDecoder(path: path, limits: limits, isCareful: isCareful)
    }

    private static func ticks(_ time: ClockTime?, _ start: Int64, _ ticksPerSecond: Double) -> Int64? {
        // A millionth of a second forgives the rounding of decimals such as 0.0416667.
        guard let time else { return nil }
        let offset = ((time.seconds - 1e-6) * ticksPerSecond).rounded(.up)
        return offset < 0x1p61 ? start + Int64(offset) : .max
    }

    private static func expectedCount(_ facts: VideoFacts, _ options: FrameSourceOptions) -> Int? {
        guard var count = facts.frameCount.map(Double.init) else { return nil }
        let duration = facts.duration ?? 0
        if options.from != nil || options.to != nil {
            guard duration > 0 else { return nil }
            let from = min(options.from?.seconds ?? 0, duration)
            count *= max(0, min(options.to?.seconds ?? duration, duration) - from) / duration
        }
        // A millionth of a frame forgives the rounding of times.
        return Int((count / Double(options.stride) - 1e-6).rounded(.up))
    }
}
