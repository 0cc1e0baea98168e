import FathomCore
import FathomMedia

/// Gives frames of a scanned source by number; cheap as long as numbers grow.
struct FrameCursor {
    let frames: FrameList
    private let open: () throws -> any FrameSource
    private var source: (any FrameSource)?
    /// The frame that the source gives next.
    private var position = 0

    init(_ frames: FrameList, open: @escaping () throws -> any FrameSource) {
        self.frames = frames
        self.open = open
    }

    /// The picture of frame `frame`.
    ///
    /// - Throws: `inputInvalid` when the source no longer is what was scanned; `interrupted`; what the source throws.
    mutating func image(_ frame: Int) throws -> Raster<UInt8> {
        do {
            return try read(frame)
        } catch {
            // Where it stands is not known any more.
            source = nil
            throw error
        }
    }

    private mutating func read(_ frame: Int) throws -> Raster<UInt8> {
        let source = try source(before: frame)
        while position < frame { try pass(source.skip()) }
        let next = try source.next()
        try pass(next?.time)
        guard let next else { preconditionFailure("a frame that has a time is there") }
        return next.image
    }

    /// The source, not beyond frame `frame`.
    private mutating func source(before frame: Int) throws -> any FrameSource {
        if let source, position <= frame { return source }
        let source = try open()
        if source.width != frames.width || source.height != frames.height { throw changed }
        (self.source, position) = (source, 0)
        return source
    }

    private mutating func pass(_ time: FrameTime?) throws {
        try Interrupt.check()
        guard time == frames.times[position] else { throw changed }
        position += 1
    }

    private var changed: FathomError {
        FathomError(
            .inputInvalid, "the video changed since its frames were counted, at frame \(position)",
            remedy: "run again when the file is complete")
    }
}
