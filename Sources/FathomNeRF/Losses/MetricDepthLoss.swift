/// Distance of rendered from measured depth, as from multi-view stereo, weighed by confidence.
///
/// L = mean over rays with a target of q ρ(d − d*), with the Huber function ρ(e) = e² / 2 for |e| ≤ δ, else δ (|e| − δ / 2). Depths
/// are in units of the ray's range, 0…1. A ray without depth or without target counts for nothing.
public struct MetricDepthLoss: Sendable {
    /// δ, in units of the ray's range.
    public var radius: Float

    /// - Parameter radius: beyond it the pull grows no further; about three times the noise of the targets.
    public init(radius: Float = 0.01) {
        precondition(radius > 0, "a radius is positive")
        self.radius = radius
    }

    /// Adds `weight` times the gradient and returns the loss; O(rays).
    ///
    /// - Parameters:
    ///   - depths: rendered depth per ray; not finite without.
    ///   - targets: measured depth per ray; not finite without.
    ///   - confidences: q ≥ 0 per ray.
    ///   - gradients: dL/dd per ray.
    public func accumulate(
        _ depths: [Float], targets: [Float], confidences: [Float], weight: Float, into gradients: inout [Float]
    ) -> Double {
        precondition(
            targets.count == depths.count && confidences.count == depths.count && gradients.count == depths.count,
            "depths, targets, confidences and gradients differ in number")
        let rays = depths.indices.filter { (depths[$0] - targets[$0]).isFinite }
        if rays.isEmpty { return 0 }
        let share = weight / Float(rays.count)
        var sum = 0.0
        for ray in rays {
            let error = depths[ray] - targets[ray]
            let slope = min(max(error, -radius), radius)
            sum += Double(confidences[ray]) * Double(slope * (error - slope / 2))
            gradients[ray] += share * confidences[ray] * slope
        }
        return sum / Double(rays.count)
    }
}
