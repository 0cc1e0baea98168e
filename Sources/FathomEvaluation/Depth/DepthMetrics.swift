import FathomCore

/// How well predicted depth matches the truth, over the pixels that have a true depth.
///
/// Errors are over pixels where both are valid. Shares are over all pixels with truth: a pixel without a prediction is a
/// wrong one. With p the prediction and t the truth:
public struct DepthMetrics: Sendable, Equatable {
    /// Pixels with truth.
    public var pixels = 0
    /// Share of them that have a prediction.
    public var coverage = 0.0
    /// Mean |p − t| / t; NaN where no pixel has both.
    public var absRel = Double.nan
    /// Mean (p − t)² / t, in the truth's unit.
    public var sqRel = Double.nan
    /// Root of the mean (p − t)², in the truth's unit.
    public var rmse = Double.nan
    /// Root of the mean (ln p − ln t)².
    public var logRMSE = Double.nan
    /// Share with max(p/t, t/p) < 1.25.
    public var delta1 = 0.0
    /// Share with max(p/t, t/p) < 1.25².
    public var delta2 = 0.0
    /// Share with max(p/t, t/p) < 1.25³.
    public var delta3 = 0.0
    /// Share within 1 % of the truth.
    public var within1Percent = 0.0
    /// Share within 3 % of the truth.
    public var within3Percent = 0.0
    /// Share within 10 % of the truth.
    public var within10Percent = 0.0
    /// Share that misses the truth by more than the bad-pixel threshold; nil without a threshold.
    public var badPixels: Double?

    public init() {}

    /// The mean over images: each counts alike, whatever its number of pixels.
    ///
    /// Images without truth are left out; errors are averaged over the images that have them.
    public static func mean(of images: [DepthMetrics]) -> DepthMetrics {
        let images = images.filter { $0.pixels > 0 }
        func mean(_ value: (DepthMetrics) -> Double) -> Double {
            let values = images.map(value).filter { !$0.isNaN }
            return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
        }
        var result = DepthMetrics()
        result.pixels = images.reduce(0) { $0 + $1.pixels }
        if images.isEmpty { return result }
        result.coverage = mean(\.coverage)
        result.absRel = mean(\.absRel)
        result.sqRel = mean(\.sqRel)
        result.rmse = mean(\.rmse)
        result.logRMSE = mean(\.logRMSE)
        result.delta1 = mean(\.delta1)
        result.delta2 = mean(\.delta2)
        result.delta3 = mean(\.delta3)
        result.within1Percent = mean(\.within1Percent)
        result.within3Percent = mean(\.within3Percent)
        result.within10Percent = mean(\.within10Percent)
        if images.allSatisfy({ $0.badPixels != nil }) { result.badPixels = mean { $0.badPixels ?? .nan } }
        return result
    }

    /// - Throws: `inputInvalid` at `place` where no pixel has both depths, so that nothing can be said.
    func confirm(at place: String) throws {
        if absRel.isNaN {
            throw FathomError(
                .inputInvalid, "no pixel has both depths within the limits",
                remedy: "check --minimum-depth and --maximum-depth, and that both are depth of the same images", at: place)
        }
    }

    /// Name and value of each figure, as the command line prints them.
    public var figures: [(name: String, value: Double)] {
        var figures = [
            ("abs_rel", absRel), ("sq_rel", sqRel), ("rmse", rmse), ("log_rmse", logRMSE), ("delta1", delta1), ("delta2", delta2),
            ("delta3", delta3), ("within_1_percent", within1Percent), ("within_3_percent", within3Percent),
            ("within_10_percent", within10Percent), ("coverage", coverage),
        ]
        if let badPixels { figures.append(("bad_pixels", badPixels)) }
        return figures
    }
}
