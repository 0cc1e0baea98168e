import FathomCore
import FathomMedia

/// What a radiance field looks like from a view.
public struct RenderedView: Sendable {
    /// RGB, 0 … 1 of the photos' values.
    public var color: Raster<Float>
    /// Depth along the optical axis, scene units; NaN where there is none.
    public var depth: Raster<Float>
    /// The same as t, 0 … 1.
    public var parameter: Raster<Float>
    /// How much light ended in the scene, 0 … 1.
    public var opacity: Raster<Float>
    /// Samples per ray, on average.
    public var samplesPerRay: Double
}
