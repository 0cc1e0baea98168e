import FathomMedia
import FathomModels
import FathomTensor

/// Video Depth Anything with one size of encoder.
public struct VideoDepthAnythingKind: DepthNetworkKind {
    public static let sizes: [any DepthNetworkKind] = EncoderSize.allCases.map { VideoDepthAnythingKind(size: $0) }

    let size: EncoderSize

    public var name: String { "video-depth-anything-\(size.rawValue)" }
    public var purpose: DepthPurpose? { .video }
    public var shapes: [String: [Int]] { size.videoShapes.filter { !EncoderSize.isOptional($0.key) } }
    public var optionalShapes: [String: [Int]] { size.videoShapes.filter { EncoderSize.isOptional($0.key) } }

    public func recognizes(_ shapes: [String: [Int]]) -> Bool {
        shapes["pretrained.cls_token"]?.last == size.width && shapes.keys.contains { $0.hasPrefix("head.motion_modules.") }
    }

    public func cost(_ options: DepthModelOptions, for purpose: DepthPurpose) -> DepthNetworkCost {
        let patches = size.patches(options)
        let gigaflops: Double = [134, 460, 1600][size.index]
        // Weights as they are held, and the features and maps of a window, or of one image.
        let (weights, state) = [(110 << 20, 215e6), (540 << 20, 310e6), (1660 << 20, 620e6)][size.index]
        return DepthNetworkCost(
            bytes: weights + Int(state * patches * (purpose == .video ? 1 : 0.4)), mapPixels: Int(patches * 518 * 518),
            coreSecondsPerFrame: gigaflops * patches / 100)
    }

    public func make(_ weights: StrictWeights, _ options: DepthModelOptions, _ output: ModelOutput) throws -> DepthNetwork {
        try TemporalModule.checkPositions(of: weights)
        let network = try VideoDepthAnything(
            weights: weights, size: size, inputSize: options.inputSize ?? 518, precision: options.precision)
        return DepthNetwork(image: network, video: network, streaming: network)
    }
}

extension VideoDepthAnything: ImageDepthNetwork {
    /// Depth of a video of one frame.
    public func depth(of image: Raster<UInt8>) throws -> Raster<Float> {
        var result: Raster<Float>?
        try decode([encode(image)]) { result = $1 }
        guard let result else { preconditionFailure("a window of one frame has one depth map") }
        return result
    }
}

extension EncoderSize {
    /// Widths of the four temporal modules.
    package var temporalWidths: [Int] { [levels[2], levels[3], features, features] }

    /// Shapes of all arrays of Video Depth Anything, by their names in the authors' checkpoints.
    package var videoShapes: [String: [Int]] {
        var shapes = encoderShapes.merging(headShapes("head.")) { $1 }
        for (index, width) in temporalWidths.enumerated() {
            shapes.merge(
                TemporalModule.shapes(width: width).map { ("head.motion_modules.\(index).temporal_transformer.\($0)", $1) }
            ) { $1 }
        }
        return shapes
    }
}
