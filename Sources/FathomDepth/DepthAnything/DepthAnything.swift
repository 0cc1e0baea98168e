import FathomCore
import FathomMedia
import FathomTensor

/// Depth Anything V2 (arXiv 2406.09414): depth from one image.
///
/// Relative models give inverse depth up to scale and shift (0 is infinitely far), metric ones depth in metres.
public final class DepthAnything: Sendable {
    private let encoder: VisionTransformer
    private let head: DepthHead

    /// - Parameters:
    ///   - weights: exactly the arrays of the authors' checkpoint of this size.
    ///   - maximumDepth: metres that the sigmoid of a metric model is multiplied with; nil for a relative model.
    /// - Throws: `inputInvalid` or `io` when weights cannot be read.
    public init(
        weights: any WeightSource, size: EncoderSize, maximumDepth: Double? = nil, precision: Precision = .float32
    ) throws {
        encoder = try VisionTransformer(WeightReader(weights, precision: precision).inside("pretrained"), size: size)
        head = try DepthHead(
            WeightReader(weights).inside("depth_head"), size: size,
            activation: maximumDepth.map { .sigmoid(maximum: Float($0)) } ?? .relu)
    }

    /// Size of the network's input for an image of this size.
    public static func inputSize(width: Int, height: Int, inputSize: Int) -> (width: Int, height: Int) {
        NetworkInput.size(width: width, height: height, inputSize: inputSize, limitsAspect: false)
    }

    /// The image as the network sees it.
    package static func prepare(_ image: Raster<UInt8>, inputSize: Int) -> FeatureMap {
        let size = Self.inputSize(width: image.width, height: image.height, inputSize: inputSize)
        return NetworkInput.prepare(image, width: size.width, height: size.height)
    }

    /// Runs the network on a normalised image whose sides are multiples of 14; the result has its size and one channel.
    package func callAsFunction(_ image: FeatureMap) -> FeatureMap {
        head(encoder(image))
    }

    /// Depth of an RGB image at its own size.
    ///
    /// - Parameter inputSize: short side of the network's input in pixels, best at 518.
    public func depth(of image: Raster<UInt8>, inputSize: Int = 518) -> Raster<Float> {
        let result = self(Self.prepare(image, inputSize: inputSize)).resizedAligned(width: image.width, height: image.height)
        return Raster(width: result.width, height: result.height, samples: result.values)
    }
}
