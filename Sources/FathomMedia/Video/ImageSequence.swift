import FathomCore

/// Images as the frames of a video: PNG and JPEG files in natural order ("frame-9" before "frame-10"), upright by EXIF.
///
/// All must have one size. They are shown at `frameRate` of the options; `from`, `to` and `stride` count by that clock.
public final class ImageSequence: FrameSource {
    /// The files that are delivered.
    public let paths: [String]
    /// Of delivered frames, after `maxSide`.
    public let width: Int
    /// Of delivered frames, after `maxSide`.
    public let height: Int
    /// Images per second of the options over their stride.
    public let frameRate: Double
    /// Exact: one frame per path.
    public var expectedCount: Int? { paths.count }
    /// None: a damaged image is an error.
    public let warnings: [String] = []

    private let options: FrameSourceOptions
    /// Position of `paths[0]` among all files, and seconds per file as a fraction.
    private let firstPosition: Int
    private let clock: FrameTime
    private let storedSize: (width: Int, height: Int)
    /// The first image, until it is delivered.
    private var first: Raster<UInt8>?
    private var position = 0

    /// The images of a folder; where some are named like "frame.color.jpg", only those.
    ///
    /// - Throws: `usage`, `inputMissing`, `io`, or `inputInvalid` when there is no image or one is damaged or of another size.
    public convenience init(folder: String, options: FrameSourceOptions = .init()) throws {
        let names = try FileSystem.list(folder).filter {
            !$0.hasPrefix(".") && ["png", "jpg", "jpeg"].contains($0.pathExtension)
                && FileSystem.kind(of: folder.appendingPath($0)) == .file
        }
        let colored = names.filter { $0.pathStem.pathExtension == "color" }
        try self.init(
            paths: (colored.isEmpty ? names : colored).map { folder.appendingPath($0) }, name: folder, options: options)
    }

    /// The files that a shell pattern such as "frames/*.png" names.
    ///
    /// - Throws: as for a folder.
    public convenience init(glob pattern: String, options: FrameSourceOptions = .init()) throws {
        try self.init(paths: FileSystem.matches(of: pattern), name: pattern, options: options)
    }

    /// - Parameter name: stands for the whole in errors.
    init(paths all: [String], name: String, options: FrameSourceOptions) throws {
        try options.validate()
        if all.isEmpty {
            throw FathomError(.inputInvalid, "holds no PNG or JPEG image", remedy: "check the path or the pattern", at: name)
        }
        let milliRate = max(1, Int32((options.frameRate * 1000).rounded()))
        clock = FrameTime(ticks: 0, numerator: 1000, denominator: milliRate)
        let secondsPerFile = 1000 / Double(milliRate)
        func index(_ time: ClockTime) -> Int {
            Int(min(((time.seconds - 1e-6) / secondsPerFile).rounded(.up), Double(all.count)))
        }
        let start = options.from.map(index) ?? 0
        let end = max(start, options.to.map(index) ?? all.count)
        let sorted = all.sorted { $0.naturallyPrecedes($1) }
        paths = stride(from: start, to: end, by: options.stride).map { sorted[$0] }
        firstPosition = start
        frameRate = 1 / secondsPerFile / Double(options.stride)
        self.options = options

        let image = try Self.read(sorted[start < all.count ? start : 0])
        storedSize = (image.width, image.height)
        (width, height) = options.size(width: image.width, height: image.height)
        first = image
        for path in paths.dropFirst() {
            let size = try ImageFile.size(of: path)
            let sides = [storedSize.width, storedSize.height]
            // Which side is which depends on EXIF, known when the image is read.
            if [size.width, size.height] != sides && [size.height, size.width] != sides {
                throw sizeMismatch(size.width, size.height, path)
            }
        }
    }

    /// - Throws: `io`, or `inputInvalid` for a damaged image or one of another size; `interrupted`.
    public func next() throws -> VideoFrame? {
        try Interrupt.check()
        guard position < paths.count else { return nil }
        defer { position += 1 }
        let image = try first ?? Self.read(paths[position])
        first = nil
        if (image.width, image.height) != storedSize { throw sizeMismatch(image.width, image.height, paths[position]) }
        return VideoFrame(index: position, time: time, image: image.resized(width: width, height: height, filter: .area))
    }

    /// The image is not read, so that damage is not seen.
    public func skip() throws -> FrameTime? {
        try Interrupt.check()
        guard position < paths.count else { return nil }
        defer { position += 1 }
        first = nil
        return time
    }

    /// When the image at `position` is shown.
    private var time: FrameTime {
        var time = clock
        time.ticks = Int64(firstPosition + position * options.stride)
        return time
    }

    private static func read(_ path: String) throws -> Raster<UInt8> {
        try ImageFile.read(path).upright().rgb8()
    }

    private func sizeMismatch(_ width: Int, _ height: Int, _ path: String) -> FathomError {
        FathomError(
            .inputInvalid, "is \(width) × \(height), but the images before are \(storedSize.width) × \(storedSize.height)",
            remedy: "keep images of one size in one sequence", at: path)
    }
}
