import CFFmpeg
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A video file written frame by frame; it appears under its name, complete, with `finish`.
///
/// The same frames give the same bytes. Size, channels and clock are those of the first frame. The first frame is shown at
/// time zero and every other one at its own distance from it, exactly in MP4; Matroska rounds times to milliseconds.
public final class VideoWriter {
    /// How frames are compressed, and in which container.
    public enum Coding: Sendable {
        /// H.264 at constant quality 18, 4:2:0, BT.709, in MP4 with its index in front. Frames are RGB or grey, 8 bits; the last
        /// column or row of an odd size is repeated to make it even.
        case h264
        /// FFV1, lossless, in Matroska, every frame on its own. Frames are grey, 16 bits.
        case losslessGray16
    }

    /// Where the file appears with `finish`.
    public let path: String
    private let coding: Coding
    private let frameRate: Double
    private let metadata: [(key: String, value: String)]
    private let file: AtomicFile
    private var writer: OpaquePointer?
    private var shape: (width: Int, height: Int, channels: Int)?
    private var first: FrameTime?
    private var lastTicks = Int64.min

    /// - Parameters:
    ///   - frameRate: mean frames per second; decides for how long the last frame is shown.
    ///   - metadata: kept in the container; Matroska writes keys in capitals.
    /// - Throws: `cannotCreate`, or `unavailable` when the installed libraries lack the encoder.
    public init(_ path: String, coding: Coding, frameRate: Double, metadata: [(key: String, value: String)] = []) throws {
        precondition(frameRate > 0 && frameRate.isFinite, "frames follow each other")
        if fathom_video_writer_available(coding.number) == 0 {
            throw FathomError(
                .unavailable, "the installed FFmpeg libraries have no \(coding.encoder) encoder",
                remedy: "install FFmpeg's libavcodec with \(coding.encoder) (Debian: libavcodec-extra)", at: path)
        }
        self.path = path
        self.coding = coding
        self.frameRate = frameRate
        self.metadata = metadata
        file = try AtomicFile(path: path)
    }

    deinit {
        if let writer { fathom_video_writer_close(writer) }
    }

    /// Appends a frame of RGB or grey to an H.264 video; times must grow.
    ///
    /// - Throws: `io` when the disk is full or fails, or `stageFailed` when the encoder refuses.
    public func append(_ image: Raster<UInt8>, at time: FrameTime) throws {
        precondition(coding == .h264 && (image.channels == 3 || image.channels == 1), "H.264 takes RGB or grey of 8 bits")
        try open(width: image.width, height: image.height, channels: image.channels, time)
        try image.withPointer { try append($0, time) }
    }

    /// Appends a frame to a lossless video; times must grow.
    ///
    /// - Throws: `io` when the disk is full or fails, or `stageFailed` when the encoder refuses.
    public func append(_ image: Raster<UInt16>, at time: FrameTime) throws {
        precondition(coding == .losslessGray16 && image.channels == 1, "lossless video takes grey of 16 bits")
        try open(width: image.width, height: image.height, channels: 1, time)
        try image.withPointer { try append($0, time) }
    }

    /// Completes the file and gives it its name.
    ///
    /// - Throws: `io`, or `stageFailed` when no frame was appended.
    public func finish() throws {
        guard let writer else {
            throw FathomError(.stageFailed, "a video needs at least one frame", at: path)
        }
        var failure = fathom_video_failure()
        let status = fathom_video_writer_finish(writer, &failure)
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
        fathom_video_writer_close(writer)
        self.writer = nil
        try file.commit()
    }

    /// Sets the encoder up with what the first frame tells.
    private func open(width: Int, height: Int, channels: Int, _ time: FrameTime) throws {
        if let shape, let first {
            precondition(shape == (width, height, channels), "all frames of a video have one shape")
            precondition((first.numerator, first.denominator) == (time.numerator, time.denominator), "one clock per video")
            return
        }
        let ticksPerFrame = Double(time.denominator) / Double(time.numerator) / frameRate
        var format = fathom_video_format()
        format.coding = coding.number
        format.width = Int32(width)
        format.height = Int32(height)
        format.channels = Int32(channels)
        format.time_numerator = time.numerator
        format.time_denominator = time.denominator
        format.frame_ticks = Int64(max(1, min(ticksPerFrame.rounded(), 0x1p31 - 1)))
        format.metadata_count = Int32(metadata.count)
        var failure = fathom_video_failure()
        let status = withCStrings(metadata.flatMap { [$0.key, $0.value] }) { strings in
            format.metadata = strings
            return fathom_video_writer_open(file.temporary, &format, &writer, &failure)
        }
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
        shape = (width, height, channels)
        first = time
    }

    private func append(_ samples: UnsafeRawPointer, _ time: FrameTime) throws {
        precondition(time.ticks > lastTicks, "times of frames grow")
        lastTicks = time.ticks
        var failure = fathom_video_failure()
        let status = fathom_video_writer_append(writer, samples, time.ticks - (first?.ticks ?? 0), &failure)
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
    }

    private func error(_ status: Int32, _ failure: fathom_video_failure) -> FathomError {
        let message = messageText(failure.message)
        guard status == FATHOM_VIDEO_IO else { return FathomError(.stageFailed, message, at: path) }
        return FathomError(.io, message, remedy: FileSystem.remedy(forFull: failure.system_error), at: path)
    }
}

extension VideoWriter.Coding {
    fileprivate var number: Int32 {
        switch self {
        case .h264: Int32(FATHOM_VIDEO_H264)
        case .losslessGray16: Int32(FATHOM_VIDEO_FFV1_GRAY16)
        }
    }

    fileprivate var encoder: String {
        switch self {
        case .h264: "libx264"
        case .losslessGray16: "FFV1"
        }
    }
}

/// The texts as an array of C strings.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> Result
) rethrows -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return try copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { try body($0.baseAddress) }
}
