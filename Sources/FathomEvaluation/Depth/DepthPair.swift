import FathomCore
import FathomGeometry
import FathomMedia

/// A predicted and a true depth map of one image, checked and in one unit.
struct DepthPair {
    let count: Int
    /// Whether predictions are inverse depths.
    let isInverse: Bool
    private let predictions: Buffer<Float>
    private let truths: Buffer<Float>
    /// Factor from the prediction's unit to the truth's.
    private let unitFactor: Float
    private let range: ClosedRange<Float>

    /// - Parameter range: true depths to judge, in the truth's unit.
    /// - Throws: `inputInvalid` when sizes differ or the truth is not metric.
    init(prediction: DepthMap, truth: DepthMap, range: ClosedRange<Double>) throws {
        guard prediction.width == truth.width, prediction.height == truth.height else {
            throw FathomError(
                .inputInvalid,
                "the prediction is \(prediction.width)×\(prediction.height) and the truth \(truth.width)×\(truth.height)",
                remedy: "predict at the size of the truth, or resize one of them")
        }
        guard case .metric(let truthUnit) = truth.convention else {
            throw FathomError(.inputInvalid, "the truth is relative depth", remedy: "give metric depth as the truth")
        }
        switch prediction.convention {
        case .metric(let unit):
            unitFactor = Self.factor(from: unit, to: truthUnit)
            isInverse = false
        case .affine:
            unitFactor = 1
            isInverse = false
        case .inverse, .affineInverse:
            unitFactor = 1
            isInverse = true
        }
        count = truth.values.pixelCount
        predictions = prediction.values.samples
        truths = truth.values.samples
        self.range = Float(range.lowerBound)...Float(range.upperBound)
    }

    /// True depth, or 0 where there is none to judge.
    func truth(at index: Int) -> Float {
        let value = truths.withPointer { $0[index] }
        return value > 0 && value < .infinity && range.contains(value) ? value : 0
    }

    /// Predicted value as it is stored, in the truth's unit if metric; NaN where there is none.
    func prediction(at index: Int) -> Float {
        let value = predictions.withPointer { $0[index] } * unitFactor
        return isInverse || value > 0 ? value : .nan
    }

    /// Factor between two known units; 1 when one is not known, as in scenes without a unit.
    private static func factor(from unit: String, to other: String) -> Float {
        let meters: [String: Float] = ["mm": 0.001, "cm": 0.01, "m": 1]
        guard let from = meters[unit], let to = meters[other] else { return 1 }
        return from / to
    }
}
