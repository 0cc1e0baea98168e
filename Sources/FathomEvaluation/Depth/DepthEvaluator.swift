import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// What counts as a depth to judge, and how predictions are aligned first.
public struct DepthEvaluationOptions: OptionGroup {
    /// What predictions hold whose files do not say; nil for metric depth of images and affine inverse depth of videos.
    public var convention: DepthConvention?
    /// nil: what the prediction's kind needs.
    public var alignment: DepthAlignment?
    /// True depths outside are left out; predictions are clamped to the range.
    public var minimumDepth: Double?
    public var maximumDepth: Double?
    /// Absolute error of a bad pixel; nil for no such figure.
    public var badThreshold: Double?
    /// What the codes of true PNG files mean that do not state it; nil for what the layout of their folder says.
    public var truthCoding: PlainCoding?

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Depth evaluation",
        [
            Option(
                "convention", \.convention, "what predictions hold whose files do not say",
                placeholder: "metric|affine-inverse|inverse|affine|auto", parse: parseConvention,
                print: { $0?.word ?? "auto" }),
            Option("alignment", \.alignment, "bring predictions to the scale of the truth"),
            Option(
                "minimumDepth", \.minimumDepth, "leave out nearer truth", unit: "truth's unit", range: .atLeast(0), absent: "none"
            ),
            Option(
                "maximumDepth", \.maximumDepth, "leave out farther truth", unit: "truth's unit", range: .above(0), absent: "none"),
            Option(
                "badThreshold", \.badThreshold, "also report the share of errors above this", unit: "truth's unit",
                range: .atLeast(0), absent: "none"),
            Option(
                "truthCoding", \.truthCoding,
                "what the codes of plain PNG truth are: millimetres, metres × 5000, metres × 256, or depth per code",
                absent: "auto"),
        ])

    @Sendable
    private static func parseConvention(_ text: String) -> DepthConvention?? {
        text == "auto" ? .some(nil) : DepthConvention(word: text).map { .some($0) }
    }

    public func validate() throws {
        if let minimumDepth, let maximumDepth, minimumDepth >= maximumDepth {
            throw FathomError(.usage, "the minimum depth \(minimumDepth) is not below the maximum depth \(maximumDepth)")
        }
    }
}

/// Judges predicted depth maps by true ones.
///
/// Relative predictions are aligned first, each image on its own; `VideoEvaluator` aligns the frames of a clip together.
/// Inverse depth that is not positive after alignment has no depth, unless a maximum depth clamps it.
public struct DepthEvaluator: Sendable {
    public var options: DepthEvaluationOptions

    public init(_ options: DepthEvaluationOptions = DepthEvaluationOptions()) {
        self.options = options
    }

    /// Judges one image.
    ///
    /// - Throws: `inputInvalid` when sizes differ, the truth is not metric or the alignment is not determined.
    public func evaluate(prediction: DepthMap, truth: DepthMap) throws -> DepthMetrics {
        try evaluate(count: 1) { _ in (prediction, truth) }[0]
    }

    /// Judges many images, one in memory at a time.
    ///
    /// - Parameters:
    ///   - name: what errors call an image.
    ///   - load: prediction and truth by index.
    /// - Returns: metrics of each image (`DepthMetrics.mean(of:)` sums up).
    public func evaluate(
        count: Int, name: (Int) -> String = { "image \($0)" },
        load: (Int) throws -> (prediction: DepthMap, truth: DepthMap)
    ) throws -> [DepthMetrics] {
        try options.validate()
        let range = (options.minimumDepth ?? 0)...(options.maximumDepth ?? .greatestFiniteMagnitude)
        return try (0..<count).map { index in
            let (prediction, truth) = try load(index)
            do {
                let pair = try DepthPair(prediction: prediction, truth: truth, range: range)
                var fitter = DepthFitter(options.alignment ?? .natural(for: prediction.convention))
                fitter.add(pair)
                return metrics(pair, try fitter.fit())
            } catch let error as FathomError {
                throw error.located(at: name(index))
            }
        }
    }

    /// Sums over a part of an image.
    private struct Sums: BitwiseCopyable {
        var truths = 0
        var pairs = 0
        var absRel = 0.0
        var sqRel = 0.0
        var square = 0.0
        var logSquare = 0.0
        var delta = SIMD3<Int32>.zero
        var within = SIMD3<Int32>.zero
        var good = 0
    }

    private func metrics(_ pair: DepthPair, _ fit: DepthFit) -> DepthMetrics {
        let grain = 1 << 15
        var parts = Buffer<Sums>(repeating: Sums(), count: (pair.count + grain - 1) / grain)
        withMutablePointers(&parts) { parts in
            ThreadPool.shared.parallelFor(pair.count, grain: grain) { range in
                var sums = Sums()
                for index in range { add(pair, index, fit, to: &sums) }
                parts[range.lowerBound / grain] = sums
            }
        }
        var total = Sums()
        for part in parts.array {
            total.truths += part.truths
            total.pairs += part.pairs
            total.absRel += part.absRel
            total.sqRel += part.sqRel
            total.square += part.square
            total.logSquare += part.logSquare
            total.delta &+= part.delta
            total.within &+= part.within
            total.good += part.good
        }
        return summarize(total)
    }

    private func add(_ pair: DepthPair, _ index: Int, _ fit: DepthFit, to sums: inout Sums) {
        let truth = Double(pair.truth(at: index))
        guard truth > 0 else { return }
        sums.truths += 1
        let aligned = fit.scale * Double(pair.prediction(at: index)) + fit.shift
        guard let depth = depth(aligned, isInverse: pair.isInverse) else { return }
        sums.pairs += 1
        let error = abs(depth - truth)
        let relative = error / truth
        let ratio = max(depth / truth, truth / depth)
        let logRatio = log(ratio)
        sums.absRel += relative
        sums.sqRel += error * relative
        sums.square += error * error
        sums.logSquare += logRatio * logRatio
        sums.delta &+= SIMD3(ratio < 1.25 ? 1 : 0, ratio < 1.5625 ? 1 : 0, ratio < 1.953125 ? 1 : 0)
        sums.within &+= SIMD3(relative <= 0.01 ? 1 : 0, relative <= 0.03 ? 1 : 0, relative <= 0.1 ? 1 : 0)
        if let threshold = options.badThreshold, error <= threshold { sums.good += 1 }
    }

    /// Depth of an aligned value, clamped to the range of depths; nil when it has none.
    private func depth(_ aligned: Double, isInverse: Bool) -> Double? {
        if aligned.isNaN { return nil }
        var depth = !isInverse ? aligned : aligned > 0 ? 1 / aligned : .infinity
        if let maximum = options.maximumDepth { depth = min(depth, maximum) }
        if let minimum = options.minimumDepth { depth = max(depth, minimum) }
        return depth > 0 && depth < .infinity ? depth : nil
    }

    private func summarize(_ sums: Sums) -> DepthMetrics {
        var metrics = DepthMetrics()
        metrics.pixels = sums.truths
        if sums.truths == 0 { return metrics }
        let (truths, pairs) = (Double(sums.truths), Double(sums.pairs))
        metrics.coverage = pairs / truths
        if sums.pairs > 0 {
            metrics.absRel = sums.absRel / pairs
            metrics.sqRel = sums.sqRel / pairs
            metrics.rmse = (sums.square / pairs).squareRoot()
            metrics.logRMSE = (sums.logSquare / pairs).squareRoot()
        }
        (metrics.delta1, metrics.delta2) = (Double(sums.delta.x) / truths, Double(sums.delta.y) / truths)
        metrics.delta3 = Double(sums.delta.z) / truths
        (metrics.within1Percent, metrics.within3Percent) = (Double(sums.within.x) / truths, Double(sums.within.y) / truths)
        metrics.within10Percent = Double(sums.within.z) / truths
        if options.badThreshold != nil { metrics.badPixels = 1 - Double(sums.good) / truths }
        return metrics
    }
}
