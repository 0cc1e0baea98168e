import FathomCore
import FathomMedia

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
