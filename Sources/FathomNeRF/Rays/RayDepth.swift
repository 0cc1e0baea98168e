/// How depth along a ray follows from its parameter: z(t) = (a + b t) / (1 + c t), which grows over 0 … 1.
///
/// Depth is z along the optical axis of the ray's own camera, in scene units; it may be infinite at t = 1.
public struct RayDepth: Sendable, Equatable {
    public var a: Double
    public var b: Double
    public var c: Double

    /// z(t).
    public func depth(at t: Double) -> Double { (a + b * t) / (1 + c * t) }

    /// The t at which the ray is `depth` in front of its camera; outside of 0 … 1 for depths that the ray's space does not hold.
    public func parameter(of depth: Double) -> Double {
        if depth == .infinity { return c == 0 ? .infinity : -1 / c }
        return (depth - a) / (b - c * depth)
    }
}
