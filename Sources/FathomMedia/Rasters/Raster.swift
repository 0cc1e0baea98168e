import FathomCore

/// A grid of samples: `height` rows of `width` pixels of `channels` interleaved values, rows top to bottom, no padding.
///
/// Sample (x, y, c) lies at index `(y * width + x) * channels + c`; the centre of pixel (0, 0) is at (0.5, 0.5) in
/// continuous image coordinates.
public struct Raster<Sample: BitwiseCopyable & Sendable>: Sendable {
    /// Pixels per row; may be 0.
    public let width: Int
    /// Rows; may be 0.
    public let height: Int
    /// Values per pixel, at least 1.
    public let channels: Int
    /// `width · height · channels` values; copies share them until one is written.
    public var samples: Buffer<Sample>

    /// A raster whose samples are undefined until written.
    @inlinable
    public init(uninitializedWidth width: Int, height: Int, channels: Int = 1) {
        self.init(width: width, height: height, channels: channels, samples: Buffer(uninitialized: width * height * channels))
    }

    /// A raster filled with `value`.
    @inlinable
    public init(width: Int, height: Int, channels: Int = 1, repeating value: Sample) {
        self.init(
            width: width, height: height, channels: channels, samples: Buffer(repeating: value, count: width * height * channels))
    }

    /// A raster over existing samples; their count must be `width * height * channels`.
    @inlinable
    public init(width: Int, height: Int, channels: Int = 1, samples: Buffer<Sample>) {
        precondition(width >= 0 && height >= 0 && channels > 0, "a raster needs non-negative sides and a channel")
        precondition(samples.count == width * height * channels, "sample count does not match the raster's shape")
        self.width = width
        self.height = height
        self.channels = channels
        self.samples = samples
    }

    @inlinable public var pixelCount: Int { width * height }

    /// The value of one channel at column x and row y; bounds are checked on the index only.
    @inlinable
    public subscript(x: Int, y: Int, channel: Int = 0) -> Sample {
        get { samples[(y * width + x) * channels + channel] }
        set { samples[(y * width + x) * channels + channel] = newValue }
    }

    /// Calls `body` with a pointer to all samples, valid only during the call.
    @inlinable
    public func withPointer<Result>(_ body: (UnsafePointer<Sample>) throws -> Result) rethrows -> Result {
        try samples.withPointer(body)
    }

    /// Calls `body` with a pointer to samples of this copy alone, valid only during the call.
    @inlinable
    public mutating func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Sample>) throws -> Result) rethrows -> Result {
        try samples.withMutablePointer(body)
    }
}

extension Raster: PointerLender, MutablePointerLender {
    @inlinable
    package func lend() -> SharedPointer<Sample> { samples.lend() }

    @inlinable
    package mutating func lendMutable() -> SharedMutablePointer<Sample> { samples.lendMutable() }
}

extension Raster: Equatable where Sample: Equatable {}
