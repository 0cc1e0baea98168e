import FathomCore
import FathomMedia

/// What the numbers of a depth map mean.
public enum DepthConvention: Sendable, Equatable {
    /// z along the optical axis in the named unit ("m", "mm", "scene unit").
    case metric(unit: String)
    /// Inverse depth up to an unknown scale and shift; larger is nearer.
    case affineInverse
    /// 1/z; 0 is infinitely far and valid.
    case inverse
    /// Depth up to an unknown scale and shift.
    case affine

    /// The unit of metric depth.
    public var unit: String? {
        if case .metric(let unit) = self { unit } else { nil }
    }
}

/// Depth per pixel, height × width floats; NaN marks pixels without a value.
public struct DepthMap: Sendable {
    public var values: Raster<Float>
    public var convention: DepthConvention
    /// Confidence 0…1 per pixel, same size.
    public var confidence: Raster<Float>?

    public init(values: Raster<Float>, convention: DepthConvention, confidence: Raster<Float>? = nil) {
        precondition(values.channels == 1, "a depth map has one channel")
        if let confidence {
            precondition(
                confidence.width == values.width && confidence.height == values.height, "confidence and depth differ in size")
        }
        self.values = values
        self.convention = convention
        self.confidence = confidence
    }

    public var width: Int { values.width }
    public var height: Int { values.height }
}
