/// How much of a ray's weight lies off a measured depth: pushes all of it into a band around the depth.
///
/// L = q (1 − S)², with S the sum of w over the samples whose intervals reach into the band. As the weights of a ray sum to at
/// most 1, S grows only at the cost of what lies before and behind. Unlike a loss on the expected depth it cannot be met by two
/// layers on either side of the target.
public enum DepthBandLoss {
    /// Half the width of the band as a share of the measured camera depth.
    public static let share: Float = 0.03

    /// Adds `weight` · dL/dw and returns L; O(samples).
    ///
    /// - Parameters:
    ///   - weights: w of each sample.
    ///   - middles: t of each sample, any unit.
    ///   - lengths: lengths of the intervals that samples stand for, in that unit.
    ///   - band: depths that are right, in that unit: the measured depth ± `share`, as the ray measures it.
    ///   - confidence: q ≥ 0.
    ///   - gradients: per sample.
    public static func accumulate(
        weights: UnsafePointer<Float>, middles: UnsafePointer<Float>, lengths: UnsafePointer<Float>, count: Int,
        band: ClosedRange<Float>, confidence: Float, weight: Float, into gradients: UnsafeMutablePointer<Float>
    ) -> Float {
        func isInside(_ sample: Int) -> Bool {
            let half = lengths[sample] / 2
            return middles[sample] + half > band.lowerBound && middles[sample] - half < band.upperBound
        }
        var inside: Float = 0
        for sample in 0..<count where isInside(sample) { inside += weights[sample] }
        let missing = 1 - inside
        let slope = -2 * confidence * missing * weight
        for sample in 0..<count where isInside(sample) { gradients[sample] += slope }
        return confidence * missing * missing
    }
}
