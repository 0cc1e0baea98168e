import FathomCore

/// When depth pixels of several views become one point.
public struct FusionOptions: OptionGroup {
    /// Views that must agree on a point, its own included.
    public var minimumViews = 3
    /// Largest distance in pixels (times width/1600 above 1600 pixels) of the way to the other view and back.
    public var maximumShift = 2.0
    /// Largest relative difference of depth.
    public var maximumDepthDifference = 0.01
    /// A point is carved away when at least this many more views see through it than agree on it.
    public var carvingMargin = 3

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Fusion",
        [
            Option("minimumViews", \.minimumViews, "views that must agree on a point", range: .within(1...255)),
            Option(
                "maximumShift", \.maximumShift, "largest reprojection distance of agreeing pixels", unit: "px", range: .above(0)),
            Option(
                "maximumDepthDifference", \.maximumDepthDifference, "largest relative depth difference of agreeing pixels",
                range: .above(0, atMost: 1)),
            Option(
                "carvingMargin", \.carvingMargin, "drop a point when this many more views see through it than agree on it",
                range: .within(1...255)),
        ])
}
