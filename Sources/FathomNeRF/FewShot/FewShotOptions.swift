import FathomCore

/// How much depth that is known beforehand guides a field.
public struct FewShotOptions: OptionGroup, Equatable {
    /// Quads per step, of four rays each.
    public var quads = 256
    /// Nil takes what suits the space, see `PriorWeights`.
    public var rankingWeight: Double?
    public var continuityWeight: Double?
    /// Of depth that is measured, see `MetricDepthLoss`.
    public var depthWeight = 10.0
    /// Patches of virtual views per step, of 64 rays each.
    public var patches = 8
    /// Of their smoothness at the end; at first it is 4000 times as large.
    public var patchWeight = 0.1
    /// Sides of the boxes in which a prior's order is trusted, pixels; 0 for the whole photo.
    public var box = 30

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Few views",
        [
            Option("quads", \.quads, "pairs of pixels per step whose order in depth is compared", range: .within(0...8192)),
            Option(
                "rankingWeight", \.rankingWeight, "how much the order in depth counts", range: .atLeast(0), absent: "auto"),
            Option(
                "continuityWeight", \.continuityWeight, "how much it counts that equal priors have equal depths",
                range: .atLeast(0),
                absent: "auto"),
            Option("depthWeight", \.depthWeight, "how much measured depth counts", range: .atLeast(0)),
            Option("patches", \.patches, "patches of virtual views per step", range: .within(0...1024)),
            Option("patchWeight", \.patchWeight, "how much their smoothness counts", range: .atLeast(0)),
            Option(
                "box", \.box, "side of the boxes in which a prior's order is trusted, 0 for the photo", unit: "pixels",
                range: .atLeast(0)),
        ])
}
