import FathomCore
import FathomDepth
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The training losses against the published check values G5, and their gradients against central differences.
struct VideoDepthLossTests {
    /// A pixel of the batch G5: B = 2, T = 5, H = 6, W = 8.
    private struct Place {
        let b, t, y, x: Double

        init(_ index: Int) {
            b = Double(index / 240)
            t = Double(index / 48 % 5)
            y = Double(index / 8 % 6)
            x = Double(index % 8)
        }

        var prediction: Double {
            let angle: Double = 0.7 * (b + 1) + 0.3 * t + 0.11 * y + 0.07 * x
            return sin(angle) + 1.5
        }

        var target: Double {
            let angle: Double = 0.02 * t + 0.05 * y + 0.09 * x + 0.4 * b
            return cos(angle) + 1.6
        }

        var isValid: Bool { Int(3 * y + 5 * x + t) % 7 != 0 }
    }

    private static let batch = (0..<480).map { Place($0) }

    private static func targets(masked: Bool) -> DepthTargets {
        DepthTargets(
            clips: 2, frames: 5, height: 6, width: 8, values: batch.map(\.target), mask: batch.map { !masked || $0.isValid })
    }

    /// One column of the table of G5, values to all its digits.
    struct Column: Sendable, CustomTestStringConvertible {
        let masked: Bool
        let data, spatial: Double
        let scales, shifts: [Double]
        let temporal, total, temporalDefaults, temporalPrinted, gradientNorm, gradientAtPlace, median, scale: Double

        var testDescription: String { masked ? "masked" : "full" }
    }

    private static let columns = [
        Column(
            masked: false, data: 0.743952664559, spatial: 2.133943373857, scales: [0.268469583945, 0.246156738731],
            shifts: [1.831844294445, 1.725106171807], temporal: 0.032566152353, total: 2.459604897384,
            temporalDefaults: 0.071036986787, temporalPrinted: 0.079513389759, gradientNorm: 32.614480217812,
            gradientAtPlace: -0.333210423721, median: 2.435616001553, scale: 0.068339568940),
        Column(
            masked: true, data: 0.715759859713, spatial: 1.721114034104, scales: [0.270402367850, 0.246718731415],
            shifts: [1.826836633280, 1.723587968827], temporal: 0.032838778536, total: 2.049501819464,
            temporalDefaults: 0.068040860224, temporalPrinted: 0.078760173068, gradientNorm: 30.932079698947,
            gradientAtPlace: -0.285717651374, median: 2.420750597736, scale: 0.069664754810),
    ]

    @Test(arguments: columns) func checkValues(_ wanted: Column) {
        func expect(_ value: Double, _ wanted: Double, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(abs(value - wanted) < 1e-10 * max(1, abs(wanted)), sourceLocation: sourceLocation)
        }
        let (prediction, targets) = (Self.batch.map(\.prediction), Self.targets(masked: wanted.masked))
        let normalization = RobustNormalization(prediction, mask: targets.mask, frame: targets.frameRanges[0])
        expect(normalization.median, wanted.median)
        expect(normalization.scale, wanted.scale)
        for (index, clip) in targets.clipRanges.enumerated() {
            let alignment = ClipAlignment(prediction, targets: targets, clip: clip)
            expect(alignment.scale, wanted.scales[index])
            expect(alignment.shift, wanted.shifts[index])
        }
        expect(ScaleInvariantLoss(gradientWeight: 0)(prediction, targets: targets).value, wanted.data)
        expect(TemporalGradientMatching()(prediction, targets: targets).value, wanted.temporalDefaults)
        expect(TemporalGradientMatching(form: .printed)(prediction, targets: targets).value, wanted.temporalPrinted)
        let loss = VideoDepthLoss()(prediction, targets: targets)
        expect(loss.spatial, wanted.spatial)
        expect(loss.temporal, wanted.temporal)
        expect(loss.total.value, wanted.total)
        expect(loss.total.gradient.map(abs).reduce(0, +), wanted.gradientNorm)
        // Clip 0, frame 1, row 2, column 3.
        expect(loss.total.gradient[67], wanted.gradientAtPlace)
    }

    /// A batch of 2 × 4 × 3 × 5 with random predictions, slowly changing targets, and frames that are mostly or wholly
    /// masked out: the median of the former is 0 and belongs to no valid pixel.
    private static let random: (prediction: [Double], targets: DepthTargets) = {
        var random = SeededRandom(seed: 7)
        let count = 120
        let prediction = (0..<count).map { _ in random.uniform(0.5..<2.5) }
        let values = (0..<count).map { 0.1 * Double($0 % 15) + random.uniform(-0.05..<0.05) }
        let mask = (0..<count).map { index in
            switch index / 15 {
            case 2: index % 3 == 0
            case 5: false
            default: random.uniform() < 0.85
            }
        }
        return (prediction, DepthTargets(clips: 2, frames: 4, height: 3, width: 5, values: values, mask: mask))
    }()

    private static let losses: [(name: String, loss: @Sendable ([Double]) -> LossAndGradient)] = [
        ("total", { VideoDepthLoss()($0, targets: random.targets).total }),
        ("total, printed form", { VideoDepthLoss(form: .printed)($0, targets: random.targets).total }),
        ("spatial, trimmed", { ScaleInvariantLoss(trim: 0.3)($0, targets: random.targets) }),
        ("temporal, trimmed", { TemporalGradientMatching()($0, targets: random.targets) }),
        ("temporal, printed form, trimmed", { TemporalGradientMatching(form: .printed)($0, targets: random.targets) }),
        ("spatial, spread below the floor", tinySpread), ("alignment", alignment),
    ]

    /// The spatial loss of 10⁻⁷ times the prediction, whose scales are all the floor of 10⁻⁶.
    private static func tinySpread(_ prediction: [Double]) -> LossAndGradient {
        var loss = ScaleInvariantLoss()(prediction.map { 1e-7 * $0 }, targets: random.targets)
        loss.gradient = loss.gradient.map { 1e-7 * $0 }
        return loss
    }

    /// A sum with weights of the aligned predictions; differences over time alone would not see the shift.
    private static func alignment(_ prediction: [Double]) -> LossAndGradient {
        var loss = LossAndGradient.zero(count: prediction.count)
        for clip in random.targets.clipRanges {
            let alignment = ClipAlignment(prediction, targets: random.targets, clip: clip)
            for index in clip where random.targets.mask[index] {
                loss.gradient[index] = Double(index % 4) - 1
                loss.value += loss.gradient[index] * alignment(prediction[index])
            }
            alignment.pullBack(&loss.gradient, prediction: prediction, targets: random.targets)
        }
        return loss
    }

    @Test(arguments: losses.indices) func gradients(_ number: Int) {
        let (name, loss) = Self.losses[number]
        let gradient = loss(Self.random.prediction).gradient
        #expect(gradient.contains { abs($0) > 1e-3 }, "\(name) does not vary")
        let check = GradientCheck(tolerance: .init(absolute: 1e-7, because: "medians of few values curve strongly"))
        let worst = check.worst(at: Self.random.prediction, gradient: gradient) { loss($0).value }
        #expect(worst.isAllowed, "\(name): \(worst)")
        for index in gradient.indices where !Self.random.targets.mask[index] { #expect(gradient[index] == 0) }
    }

    @Test func withoutValidPixelsOrSpreadNothingIsLearned() {
        let count = 12
        let masked = DepthTargets(
            clips: 1, frames: 2, height: 2, width: 3, values: Array(repeating: .nan, count: count),
            mask: Array(repeating: false, count: count))
        let empty = VideoDepthLoss()(Array(repeating: .nan, count: count), targets: masked)
        #expect(empty.total == .zero(count: count))
        let normalization = RobustNormalization(masked.values, mask: masked.mask, frame: 0..<6)
        #expect(normalization.median == 0 && normalization.scale == 1)
        // A constant prediction: scale 10⁻⁶, alignment (0, 0); the changes left are those of the target.
        let flat = DepthTargets(
            clips: 1, frames: 2, height: 2, width: 3, values: (0..<count).map { $0 < 6 ? Double($0) : Double($0) - 5.875 },
            mask: Array(repeating: true, count: count))
        let constant = VideoDepthLoss()(Array(repeating: 1, count: count), targets: flat)
        #expect(constant.temporal == 0.125)
        #expect(RobustNormalization(Array(repeating: 1, count: count), mask: flat.mask, frame: 0..<6).scale == 1e-6)
    }
}
