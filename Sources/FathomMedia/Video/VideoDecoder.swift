import CFFmpeg
import CSystem
import FathomCore

/// One video file being decoded frame by frame through libav, at any frame that its index reaches.
final class VideoDecoder {
    let path: String
    let facts: fathom_video_facts
    /// Ticks of the frame that the decoder holds.
    private(set) var ticks: Int64
    /// Frames decoded so far, for errors.
    private var count = 1
    private let reader: OpaquePointer

    /// Opens `path` at its first frame.
    ///
    /// - Parameter isCareful: decode frames one after the other; otherwise which damaged ones are skipped depends on chance.
    /// - Throws: `inputMissing`, `io`, `interrupted`, or `inputInvalid` when no frame can be decoded within `limits`.
    init(path: String, limits: ReadLimits, isCareful: Bool) throws {
        try Self.checkReadable(path)
        var reader: OpaquePointer?
        var facts = fathom_video_facts()
        var first = fathom_video_frame()
        var failure = fathom_video_failure()
        let status = fathom_video_reader_open(
            path, Int64(limits.pixels), isCareful ? 1 : 0, fathom_interrupt_signal, &reader, &facts, &first, &failure)
        guard let reader else { throw Self.error(status, failure, path: path, limits: limits) }
        self.path = path
        self.reader = reader
        self.facts = facts
        ticks = first.ticks
    }

    deinit { fathom_video_reader_close(reader) }

    /// Decodes the next frame and returns its ticks, or nil after the last one.
    func advance() throws -> Int64? {
        var frame = fathom_video_frame()
        var failure = fathom_video_failure()
        let status = fathom_video_reader_next(reader, &frame, &failure)
        if status == FATHOM_VIDEO_END { return nil }
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
        count += 1
        ticks = frame.ticks
        return ticks
    }

    /// Goes to a key frame that the index places at or before `ticks`; `advance` then decodes it.
    func seek(to ticks: Int64) -> Bool {
        var failure = fathom_video_failure()
        return fathom_video_reader_seek(reader, ticks, &failure) == FATHOM_VIDEO_OK
    }

    /// The frame as RGB, as stored.
    func rgb() throws -> Raster<UInt8> {
        var raster = Raster<UInt8>(uninitializedWidth: Int(facts.width), height: Int(facts.height), channels: 3)
        var failure = fathom_video_failure()
        var planes = fathom_video_planes()
        if fathom_video_reader_planes(reader, &planes) != 0 {
            raster.fill(from: planes)
            return raster
        }
        let status = raster.withMutablePointer { fathom_video_reader_pixels(reader, $0, &failure) }
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
        return raster
    }

    /// The frame's one channel of 16 bits.
    func gray16() throws -> Raster<UInt16> {
        var raster = Raster<UInt16>(uninitializedWidth: Int(facts.width), height: Int(facts.height))
        var failure = fathom_video_failure()
        let status = raster.withMutablePointer { fathom_video_reader_gray16(reader, $0, &failure) }
        if status != FATHOM_VIDEO_OK { throw error(status, failure) }
        return raster
    }

    /// What was skipped or repaired so far.
    var damage: fathom_video_damage {
        var damage = fathom_video_damage()
        fathom_video_reader_damage(reader, &damage)
        return damage
    }

    /// Whether the decoder met anything damaged.
    var isDamaged: Bool { damage.packets + damage.frames + damage.complaints > 0 }

    /// The container's metadata, keys in lower case.
    var metadata: [String: String] {
        var result: [String: String] = [:]
        var key: UnsafePointer<CChar>?
        var value: UnsafePointer<CChar>?
        var index: Int32 = 0
        while fathom_video_reader_metadata(reader, index, &key, &value) != 0 {
            if let key, let value { result[String(cString: key).lowercased()] = String(cString: value) }
            index += 1
        }
        return result
    }

    private static func checkReadable(_ path: String) throws {
        let file = try InputFile(path)
        if file.size == 0 { throw FathomError(.inputInvalid, "is empty", remedy: "copy the file again", at: path) }
    }

    private func error(_ status: Int32, _ failure: fathom_video_failure) -> FathomError {
        Self.error(status, failure, path: "\(path), frame \(count)", limits: .current)
    }

    private static func error(
        _ status: Int32, _ failure: fathom_video_failure, path: String, limits: ReadLimits
    ) -> FathomError {
        let message = messageText(failure.message)
        switch Int(status) {
        case FATHOM_VIDEO_NO_STREAM:
            return FathomError(
                .inputInvalid, "has no video stream (\(message))", remedy: "choose a file with moving pictures", at: path)
        case FATHOM_VIDEO_NO_CODEC:
            return FathomError(
                .inputInvalid, "is coded as \(message), which the installed FFmpeg libraries cannot decode",
                remedy: "convert it to H.264", at: path)
        case FATHOM_VIDEO_TOO_LARGE:
            return FathomError(
                .inputInvalid, "has frames of \(message); at most \(limits.pixels) pixels are accepted",
                remedy: "scale the video down, or raise --max-pixels", at: path)
        case FATHOM_VIDEO_SIZE_CHANGED:
            return FathomError(
                .inputInvalid, "changes its frame size to \(message)", remedy: "cut the video where the size changes", at: path)
        case FATHOM_VIDEO_IO:
            return FathomError(.io, message, at: path)
        case FATHOM_VIDEO_INTERRUPTED:
            return FathomError(.interrupted, "interrupted", remedy: "run the same command again")
        case FATHOM_VIDEO_END:
            return FathomError(
                .inputInvalid, "not one frame of its video stream could be decoded (\(message))",
                remedy: "copy the file again or convert it", at: path)
        default:
            return FathomError(
                .inputInvalid, "cannot be decoded as video (\(message))", remedy: "copy the file again or convert it", at: path)
        }
    }
}
