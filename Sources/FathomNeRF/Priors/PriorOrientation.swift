import FathomCore

/// Whether the priors of all training views fit measured depths, and which way their numbers run.
///
/// A prior read the wrong way round teaches the reverse of the truth, silently and worse than none. So each is compared with
/// what other views have measured: by rank correlation, which does not ask for more than a prior promises. An order that nobody
/// has stated is found; one that the evidence contradicts is refused, and so is a prior that does not tell depth at all.
public struct PriorOrientation: Sendable {
    /// A rank correlation of smaller magnitude says nothing.
    public static let leastCorrelation = 0.2
    /// Fewer common pixels say nothing.
    public static let fewestSamples = 20
    /// How far lengths of a metric prior may be from the measured ones, as a factor.
    private static let largestRatio = 1.25

    /// How one prior fits the evidence.
    public struct Fit: Sendable {
        /// What the view is called.
        public var name: String
        /// Pixels with both.
        public var samples: Int
        /// Rank correlation of values with depth; nil for less than `fewestSamples`, or where all depths are equal.
        public var correlation: Double?
    }

    /// As they were given, with a known order; nil where there is none or where it is of no use.
    public let priors: [DepthPrior?]
    /// One per view with a prior.
    public let fits: [Fit]
    /// What the user should be told, a sentence each.
    public let warnings: [String]

    /// Checks priors that stem from one source, one per training view.
    ///
    /// - Parameters:
    ///   - evidence: what is measured in each view.
    ///   - names: what the views are called in messages.
    /// - Throws: `inputInvalid`, located at the view: for a prior without relation to the evidence, for an order that it
    ///   contradicts, for views that contradict each other, and for an order that nothing tells.
    public init(_ priors: [DepthPrior?], evidence: [DepthEvidence?], names: [String]) throws {
        precondition(priors.count == evidence.count && priors.count == names.count, "priors, evidence and names differ in number")
        var (useful, fits, warnings) = (priors, [Fit](), [String]())
        for index in priors.indices {
            guard let prior = priors[index] else { continue }
            if let flaw = Self.flaw(of: prior) {
                warnings.append("\(names[index]): its depth prior \(flaw) and is not used")
                useful[index] = nil
                continue
            }
            let pairs = evidence[index]?.pairs(with: prior) ?? (values: [], depths: [])
            var fit = Fit(name: names[index], samples: pairs.values.count)
            if fit.samples >= Self.fewestSamples { fit.correlation = try Self.correlation(pairs, name: names[index]) }
            fits.append(fit)
            if prior.isMetric, fit.correlation != nil, let wrong = Self.wrongScale(pairs) {
                warnings.append("\(names[index]): \(wrong); only their order is used")
                useful[index]?.isMetric = false
            }
        }
        let order = try Self.commonOrder(useful, fits)
        var next = fits.makeIterator()
        for index in useful.indices {
            guard let prior = useful[index], let fit = next.next() else { continue }
            useful[index]?.order = try Self.confirmed(prior.order ?? order, isStated: prior.order != nil, by: fit)
        }
        let unchecked = fits.filter { $0.correlation == nil }
        if !unchecked.isEmpty {
            warnings.append(
                "the depth priors of \(unchecked.count) of \(fits.count) views could not be checked: too few measured depths")
        }
        self.priors = useful
        self.fits = fits
        self.warnings = warnings
    }

    /// Why a prior is of no use; nil if it may be of some.
    private static func flaw(of prior: DepthPrior) -> String? {
        let usable = prior.usablePixels
        if usable <= DepthPrior.fewestPixels { return "has \(usable) usable pixels" }
        if let range = prior.values.finiteRange, range.lowerBound == range.upperBound { return "is constant" }
        return nil
    }

    private static func correlation(_ pairs: (values: [Float], depths: [Float]), name: String) throws -> Double? {
        let correlation = RankCorrelation.spearman(pairs.values, pairs.depths)
        if correlation.isNaN { return nil }
        if abs(correlation) >= leastCorrelation { return correlation }
        throw FathomError(
            .inputInvalid,
            "the depth prior does not tell its depth: their rank correlation is \(text(correlation)) over \(pairs.values.count) "
                + "measured pixels, and at least \(leastCorrelation) of either sign is needed",
            remedy: "check that the prior is of this photo and not rotated or mirrored, or train without a prior", at: name)
    }

    /// What is wrong with the unit of a metric prior.
    private static func wrongScale(_ pairs: (values: [Float], depths: [Float])) -> String? {
        let ratio = zip(pairs.values, pairs.depths).map { Double($0 / $1) }.median
        if ratio < largestRatio && ratio > 1 / largestRatio { return nil }
        return "its prior depths are \(text(ratio)) times what other views measure"
    }

    /// What stated and measured orders say for those that are not stated; nil where every order is stated.
    private static func commonOrder(_ priors: [DepthPrior?], _ fits: [Fit]) throws -> PriorOrder? {
        let present = priors.compactMap { $0 }
        guard present.contains(where: { $0.order == nil }) else { return nil }
        let votes = zip(present, fits).reduce(0) { sum, view in
            sum + (view.0.order == nil ? (view.1.correlation ?? 0) * Double(view.1.samples) : 0)
        }
        if votes != 0 { return votes > 0 ? .largerIsFarther : .largerIsNearer }
        throw FathomError(
            .inputInvalid, "nothing tells whether larger values of the depth priors are nearer or farther",
            remedy: "say what they hold (their convention), or give a scene with sparse points, by which it is found")
    }

    /// The order of a prior, unless the evidence contradicts it.
    private static func confirmed(_ order: PriorOrder?, isStated: Bool, by fit: Fit) throws -> PriorOrder? {
        guard let order, let correlation = fit.correlation, correlation * order.sign < 0 else { return order }
        let finding =
            "the rank correlation of its depth prior with depth is \(text(correlation)) over \(fit.samples) measured pixels"
        if isStated {
            throw FathomError(
                .inputInvalid, "\(finding), but the prior is said to be \(order.rawValue)",
                remedy:
                    "correct what is said about it (inverse depth is larger where it is nearer), or leave it open to have it found",
                at: fit.name)
        }
        throw FathomError(
            .inputInvalid, "\(finding), but those of other views run the other way",
            remedy: "give priors of one kind for all views", at: fit.name)
    }

    private static func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
