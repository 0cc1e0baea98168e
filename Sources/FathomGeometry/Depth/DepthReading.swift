import FathomMedia

/// What depth files hold that do not say it; what a file states wins.
public struct DepthReading: Sendable, Equatable {
    /// nil: metric depth, in the unit that the coding names, else in scene units.
    public var convention: DepthConvention?
    /// What the codes of 16-bit PNG files mean; nil: what the layout of the folder says, and files without such a sign are refused.
    public var coding: PlainCoding?

    /// By default nothing is assumed beyond what a file states.
    public init(convention: DepthConvention? = nil, coding: PlainCoding? = nil) {
        self.convention = convention
        self.coding = coding
    }

    /// The convention of a file.
    ///
    /// - Parameters:
    ///   - stated: what the file or its format states; metric depth in scene units leaves the unit open.
    ///   - usual: what such files hold if neither they nor this reading say.
    ///   - notes: gets what was assumed and what was not used.
    func convention(stated: DepthConvention?, usual: DepthConvention, notes: inout [String]) -> DepthConvention {
        guard let stated else {
            if convention == nil { notes.append("it does not say what it holds; \(usual.phrase) is assumed") }
            return convention ?? usual
        }
        guard let convention, convention != stated else { return stated }
        if stated == .metric(unit: DepthConvention.sceneUnit) && convention.isMetric { return convention }
        notes.append("it states \(stated.phrase), so that it is not read as \(convention.phrase)")
        return stated
    }
}

/// A depth map as it was found in a file.
public struct DepthFileContent: Sendable {
    /// Values, what they mean and, if the file holds it, confidence.
    public var map: DepthMap
    /// What the codes of a PNG file mean.
    public var coding: PNG16Codec.Coding?
    /// Whether neither the file nor the reading says what the numbers mean, so that `map.convention` is a guess.
    public var isConventionAssumed: Bool
    /// What was assumed, and what of a reading was not used, a phrase each.
    public var notes: [String]

    init(_ map: DepthMap, coding: PNG16Codec.Coding? = nil, isConventionAssumed: Bool, notes: [String] = []) {
        self.map = map
        self.coding = coding
        self.isConventionAssumed = isConventionAssumed
        self.notes = notes
    }
}
