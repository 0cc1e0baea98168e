/// The spatial loss: data + gradientWeight · gradient, blind to shift and scale of every frame.
///
/// Prediction and target are normalised separately, frame by frame (`RobustNormalization`). The data term is the trimmed
/// mean of |p̂ − t̂| over the valid pixels of the whole batch, the gradient term `GradientMatching` of p̂ − t̂.
package struct ScaleInvariantLoss: Sendable {
    private let gradientWeight: Double
    private let data: TrimmedAbsoluteError
    private let edges: GradientMatching

    /// The defaults are those of `VideoDepthLoss`.
    package init(gradientWeight: Double = 0.5, scales: Int = 4, trim: Double = 0) {
        self.gradientWeight = gradientWeight
        data = TrimmedAbsoluteError(trim: trim)
        edges = GradientMatching(scales: scales)
    }

    /// - Parameter prediction: [B, T, H, W]; the gradient is by it.
    package func callAsFunction(_ prediction: [Double], targets: DepthTargets) -> LossAndGradient {
        precondition(prediction.count == targets.count, "prediction and target must have one shape")
        let mask = targets.mask
        var difference = Array(repeating: 0.0, count: targets.count)
        let normalizations = targets.frameRanges.map { frame in
            let ofPrediction = RobustNormalization(prediction, mask: mask, frame: frame)
            let ofTarget = RobustNormalization(targets.values, mask: mask, frame: frame)
            for index in frame where mask[index] {
                difference[index] = ofPrediction(prediction[index]) - ofTarget(targets.values[index])
            }
            return ofPrediction
        }
        let valid = mask.indices.filter { mask[$0] }
        let error = data(valid.map { difference[$0] })
        var loss = LossAndGradient.zero(count: targets.count)
        loss.value = error.value
        for (index, derivative) in zip(valid, error.gradient) { loss.gradient[index] = derivative }
        loss.add(edges(difference, targets: targets), weight: gradientWeight)
        for normalization in normalizations {
            normalization.pullBack(&loss.gradient, values: prediction, mask: mask)
        }
        return loss
    }
}
