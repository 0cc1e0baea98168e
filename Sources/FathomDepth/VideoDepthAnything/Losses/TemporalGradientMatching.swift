/// Compares how prediction and target change over time where the target hardly changes, so that no optical flow is needed
/// (Video Depth Anything, Chen et al., CVPR 2025).
///
/// Stride u = 2^σ < T pairs the frames 0, u, 2u, …, each with the next. A pair of pixels counts if both are valid and
/// |Δg| is below the threshold. The loss is the mean over the strides used of decay^σ · trimmed mean absolute error of the
/// changes; 0 for a single frame. Values are compared as they are, without normalisation.
package struct TemporalGradientMatching: Sendable {
    /// What is compared, and which changes count as small.
    package enum Form: Sendable {
        /// |Δp − Δg| where |Δg| < 0.05 of the range of the valid target in the later frame: the released code.
        case released
        /// ||Δp| − |Δg|| where |Δg| < 0.05: as the paper prints it.
        case printed
    }

    private static let smallChange = 0.05

    private let strides: Int
    private let decay: Double
    private let form: Form
    private let error: TrimmedAbsoluteError

    /// The defaults are those of the released class; `VideoDepthLoss` takes one stride and trims nothing.
    package init(strides: Int = 4, decay: Double = 0.5, trim: Double = 0.2, form: Form = .released) {
        self.strides = strides
        self.decay = decay
        self.form = form
        error = TrimmedAbsoluteError(trim: trim)
    }

    /// - Parameter prediction: [B, T, H, W]; the gradient is by it.
    package func callAsFunction(_ prediction: [Double], targets: DepthTargets) -> LossAndGradient {
        precondition(prediction.count == targets.count, "prediction and target must have one shape")
        var loss = LossAndGradient.zero(count: targets.count)
        let used = (0..<strides).filter { 1 << $0 < targets.frames }
        let thresholds = thresholds(targets)
        var weight = 1 / Double(used.count)
        for level in used {
            add(stride: 1 << level, weight: weight, thresholds, prediction, targets, to: &loss)
            weight *= decay
        }
        return loss
    }

    /// The change of the target from which on a pixel of a frame does not count, per frame.
    private func thresholds(_ targets: DepthTargets) -> [Double] {
        targets.frameRanges.map { frame in
            guard form == .released else { return Self.smallChange }
            var (least, greatest) = (Double.infinity, -Double.infinity)
            for index in frame where targets.mask[index] {
                least = min(least, targets.values[index])
                greatest = max(greatest, targets.values[index])
            }
            return Self.smallChange * (greatest - least)
        }
    }

    private func add(
        stride step: Int, weight: Double, _ thresholds: [Double], _ prediction: [Double], _ targets: DepthTargets,
        to loss: inout LossAndGradient
    ) {
        let distance = step * targets.pixelsPerFrame
        let frames = targets.frameRanges
        var later: [Int] = []
        var differences: [Double] = []
        for clip in 0..<targets.clips {
            for time in stride(from: step, to: targets.frames, by: step) {
                let frame = clip * targets.frames + time
                for index in frames[frame] where targets.mask[index] && targets.mask[index - distance] {
                    let targetChange = targets.values[index] - targets.values[index - distance]
                    guard abs(targetChange) < thresholds[frame] else { continue }
                    let change = prediction[index] - prediction[index - distance]
                    later.append(index)
                    switch form {
                    case .released: differences.append(change - targetChange)
                    case .printed: differences.append(abs(change) - abs(targetChange))
                    }
                }
            }
        }
        let term = error(differences)
        loss.value += weight * term.value
        for (index, derivative) in zip(later, term.gradient) {
            var slope = weight * derivative
            if form == .printed { slope *= (prediction[index] - prediction[index - distance]).slopeOfMagnitude }
            loss.gradient[index] += slope
            loss.gradient[index - distance] -= slope
        }
    }
}
