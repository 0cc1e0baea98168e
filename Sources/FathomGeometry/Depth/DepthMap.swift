import FathomCore
import FathomMedia

/// Depth per pixel, height × width floats; NaN marks pixels without a value.
public struct DepthMap: Sendable {
    /// Rows top to bottom, one channel; what the numbers mean says `convention`.
    public var values: Raster<Float>
    /// Metric with its unit, or relative.
    public var convention: DepthConvention
    /// Confidence 0…1 per pixel, same size.
    public var confidence: Raster<Float>?

    /// Sizes must agree; that is a matter of the program, not of input.
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

    /// Pixels per row.
    public var width: Int { values.width }
    /// Rows.
    public var height: Int { values.height }
}
