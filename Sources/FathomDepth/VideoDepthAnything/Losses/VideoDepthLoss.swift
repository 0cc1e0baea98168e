/// The training loss of Video Depth Anything: spatial + 10 · temporal (Chen et al., CVPR 2025; constants and
/// details of the released code).
///
/// Spatial is `ScaleInvariantLoss` of the frames. Temporal is `TemporalGradientMatching` of the prediction after one
/// `ClipAlignment` per clip, which the gradient passes through.
package struct VideoDepthLoss: Sendable {
    private static let temporalWeight = 10.0

    private let spatial = ScaleInvariantLoss()
    private let temporal: TemporalGradientMatching

    /// The loss of a batch and its parts.
    package struct Result: Sendable {
        package let spatial: Double
        package let temporal: Double
        /// spatial + 10 · temporal, and its derivative by the prediction.
        package let total: LossAndGradient
    }

    package init(form: TemporalGradientMatching.Form = .released) {
        temporal = TemporalGradientMatching(strides: 1, trim: 0, form: form)
    }

    /// - Parameter prediction: [B, T, H, W], disparity-like.
    package func callAsFunction(_ prediction: [Double], targets: DepthTargets) -> Result {
        precondition(prediction.count == targets.count, "prediction and target must have one shape")
        let spatial = spatial(prediction, targets: targets)
        let alignments = targets.clipRanges.map { ($0, ClipAlignment(prediction, targets: targets, clip: $0)) }
        let aligned = alignments.flatMap { clip, alignment in prediction[clip].map { alignment($0) } }
        var temporal = temporal(aligned, targets: targets)
        for (_, alignment) in alignments {
            alignment.pullBack(&temporal.gradient, prediction: prediction, targets: targets)
        }
        var total = spatial
        total.add(temporal, weight: Self.temporalWeight)
        return Result(spatial: spatial.value, temporal: temporal.value, total: total)
    }
}
