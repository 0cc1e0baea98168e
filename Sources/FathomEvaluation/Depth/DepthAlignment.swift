import FathomCore
import FathomGeometry
import FathomMedia

/// How a prediction is brought to the scale of the truth before it is judged.
///
/// Inverse kinds are fitted to 1/t, the others to the true depth t, both over the pixels valid in prediction and truth.
public enum DepthAlignment: String, Sendable, CaseIterable, OptionValue {
    case none
    /// One factor that makes the medians equal.
    case median
    /// One factor by least squares.
    case scale
    /// Factor and offset by least squares.
    case scaleShift = "scale-shift"

    /// What a prediction of this kind needs: nothing, a factor, or a factor and an offset.
    public static func natural(for convention: DepthConvention) -> DepthAlignment {
        switch convention {
        case .metric: .none
        case .inverse: .scale
        case .affine, .affineInverse: .scaleShift
        }
    }
}

/// The linear map from predicted values to depth or inverse depth.
struct DepthFit: Equatable {
    var scale = 1.0
    var shift = 0.0
}

/// Collects pixels and fits the alignment to them; the frames of a clip share one fit.
struct DepthFitter {
    let alignment: DepthAlignment
    private var count = 0.0
    private var x = 0.0
    private var xx = 0.0
    private var y = 0.0
    private var xy = 0.0
    /// Predictions and targets, kept for medians only.
    private var predictions: [Float] = []
    private var targets: [Float] = []

    init(_ alignment: DepthAlignment) {
        self.alignment = alignment
    }

    /// Adds the pixels of an image.
    mutating func add(_ image: DepthPair) {
        if alignment == .none { return }
        for index in 0..<image.count {
            let truth = image.truth(at: index)
            let prediction = image.prediction(at: index)
            guard truth > 0, prediction.isFinite else { continue }
            let t = image.isInverse ? 1 / Double(truth) : Double(truth)
            if alignment == .median {
                predictions.append(prediction)
                targets.append(Float(t))
            } else {
                let p = Double(prediction)
                count += 1
                x += p
                xx += p * p
                y += t
                xy += p * t
            }
        }
    }

    /// - Throws: `inputInvalid` when the pixels do not determine the alignment.
    func fit() throws -> DepthFit {
        switch alignment {
        case .none:
            return DepthFit()
        case .median:
            guard let prediction = median(predictions), let target = median(targets), prediction > 0 else { throw undetermined }
            return DepthFit(scale: Double(target) / Double(prediction))
        case .scale:
            guard xx > 0 else { throw undetermined }
            return DepthFit(scale: xy / xx)
        case .scaleShift:
            let determinant = count * xx - x * x
            guard count >= 2, determinant > 1e-12 * count * xx else { throw undetermined }
            return DepthFit(scale: (count * xy - x * y) / determinant, shift: (xx * y - x * xy) / determinant)
        }
    }

    private var undetermined: FathomError {
        FathomError(
            .inputInvalid,
            "the prediction cannot be aligned to the truth: it is constant, negative or shares no valid pixel with it")
    }

    /// The middle value, or the mean of the two middle values.
    private func median(_ values: [Float]) -> Float? {
        if values.isEmpty { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
