/// Roughness of depth in square patches of virtual views (M. Niemeyer et al., "RegNeRF", CVPR 2022).
///
/// L = mean over all pixels with a right and a lower neighbour in their patch of A ((d − d_right)² + (d − d_below)²). The opacity A
/// is a factor only: no gradient flows to it.
public enum DepthSmoothnessLoss {
    /// Pixels along a side of a patch.
    public static let side = 8

    /// The weight at a step: falls from 400 to 0.1 over the first 512 steps.
    public static func weight(at step: Int) -> Float {
        400 + (0.1 - 400) * Float(min(max(step, 0), 512)) / 512
    }

    /// Adds `weight` times the gradient and returns the loss; O(rays).
    ///
    /// - Parameters:
    ///   - depths: whole patches, row by row, one after the other, in units of the ray's range.
    ///   - opacities: 0…1, as many.
    ///   - gradients: dL/dd, as many.
    public static func accumulate(
        _ depths: [Float], opacities: [Float], weight: Float, into gradients: inout [Float]
    ) -> Double {
        precondition(depths.count % (side * side) == 0, "patches are whole")
        precondition(opacities.count == depths.count && gradients.count == depths.count, "depths and opacities differ in number")
        if depths.isEmpty { return 0 }
        let terms = depths.count / (side * side) * (side - 1) * (side - 1)
        let share = 2 * weight / Float(terms)
        var sum = 0.0
        for start in stride(from: 0, to: depths.count, by: side * side) {
            for y in 0..<side - 1 {
                for x in 0..<side - 1 {
                    let here = start + y * side + x
                    let right = depths[here] - depths[here + 1]
                    let below = depths[here] - depths[here + side]
                    sum += Double(opacities[here] * (right * right + below * below))
                    let factor = share * opacities[here]
                    gradients[here] += factor * (right + below)
                    gradients[here + 1] -= factor * right
                    gradients[here + side] -= factor * below
                }
            }
        }
        return sum / Double(terms)
    }
}
