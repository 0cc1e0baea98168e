import FathomMedia
import FathomModels
import FathomTensor

/// Depth Anything V2 with one size of encoder.
public struct DepthAnythingKind: DepthNetworkKind {
    public static let sizes: [any DepthNetworkKind] = EncoderSize.allCases.map { DepthAnythingKind(size: $0) }

    let size: EncoderSize

    public var name: String { "depth-anything-v2-\(size.rawValue)" }
    public var purpose: DepthPurpose? { .images }
    public var shapes: [String: [Int]] { size.imageShapes.filter { !EncoderSize.isOptional($0.key) } }
    public var optionalShapes: [String: [Int]] { size.imageShapes.filter { EncoderSize.isOptional($0.key) } }

    public func recognizes(_ shapes: [String: [Int]]) -> Bool {
        shapes["pretrained.cls_token"]?.last == size.width && !shapes.keys.contains { $0.hasPrefix("head.motion_modules.") }
    }

    public func cost(_ options: DepthModelOptions, for purpose: DepthPurpose) -> DepthNetworkCost {
        let patches = size.patches(options)
        let gigaflops: Double = [121, 440, 1550][size.index]
        // Weights as they are held, and the maps of one image.
        let (weights, state) = [(100 << 20, 90e6), (460 << 20, 170e6), (1480 << 20, 340e6)][size.index]
        return DepthNetworkCost(
            bytes: weights + Int(state * patches), mapPixels: Int(patches * 518 * 518),
            coreSecondsPerFrame: gigaflops * patches / 100)
    }

    public func make(_ weights: StrictWeights, _ options: DepthModelOptions, _ output: ModelOutput) throws -> DepthNetwork {
        var maximum: Double?
        if case .metric(let most) = output { maximum = most }
        let network = try DepthAnything(weights: weights, size: size, maximumDepth: maximum, precision: options.precision)
        return DepthNetwork(image: SizedDepthAnything(network: network, inputSize: options.inputSize ?? 518))
    }
}

/// Depth Anything V2 with the size of its input.
private struct SizedDepthAnything: ImageDepthNetwork {
    let network: DepthAnything
    let inputSize: Int

    func depth(of image: Raster<UInt8>) -> Raster<Float> { network.depth(of: image, inputSize: inputSize) }
}

extension EncoderSize {
    /// Shapes of all arrays of Depth Anything V2, by their names in the authors' checkpoints.
    package var imageShapes: [String: [Int]] { encoderShapes.merging(headShapes("depth_head.")) { $1 } }
}
