/// The network that a set of weights belongs to.
public enum ModelArchitecture: Sendable, Hashable {
    /// Depth Anything V2: one image at a time.
    case depthAnythingV2(EncoderSize)
    /// Video Depth Anything: windows of 32 frames.
    case videoDepthAnything(EncoderSize)
    /// Fathom's own small convolutional network for images and video.
    case fathomVideoTiny
}

/// Size of the DINOv2 encoder.
public enum EncoderSize: String, Sendable, CaseIterable {
    case small, base, large

    /// What the authors call it in file names.
    public var code: String {
        switch self {
        case .small: "vits"
        case .base: "vitb"
        case .large: "vitl"
        }
    }
}

/// What the numbers of a model's output mean.
public enum ModelOutput: Sendable, Hashable {
    /// Inverse depth up to an unknown factor and offset, larger is nearer.
    case relative
    /// Depth in metres; networks that squeeze their output have a maximum.
    case metric(maximum: Double?)
}

extension ModelArchitecture {
    /// Bytes of all arrays as the authors store them (float32): no complete file is smaller, and none is much larger.
    ///
    /// Parameters, and for video the position tables of eight attention layers (32 rows each).
    var payloadBytes: Int {
        switch self {
        case .depthAnythingV2(.small): 4 * 24_785_089
        case .depthAnythingV2(.base): 4 * 97_470_785
        case .depthAnythingV2(.large): 4 * 335_315_649
        case .videoDepthAnything(.small): 4 * (29_035_137 + 64 * 704)
        case .videoDepthAnything(.base): 4 * (114_441_409 + 64 * 1408)
        case .videoDepthAnything(.large): 4 * (384_390_337 + 64 * 2560)
        case .fathomVideoTiny: 2 * 3_150_265
        }
    }
}
