import FathomCore

/// How strictly depth maps are filtered. Defaults are the published settings (see `DepthFilter`).
public struct DepthFilterOptions: OptionGroup {
    /// Pixels of lower confidence are dropped, in the reference and in the sources, where a map has confidence.
    public var minimumConfidence = 0.2
    /// A pixel also passes when this many sources agree within one (scaled) pixel and 1 % of depth; 0 switches that off.
    public var fixedViews = 2
    /// Largest ratio of depths in a 3×3 window that does not lie on a plane.
    public var edgeRatio = 1.03
    /// Connected pieces with fewer pixels are dropped.
    public var specklePixels = 100

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Depth filter",
        [
            Option("minimumConfidence", \.minimumConfidence, "drop pixels of lower confidence", range: .within(0...1)),
            Option(
                "fixedViews", \.fixedViews, "also keep pixels on which this many sources agree within 1 px and 1 %, 0 for none",
                range: .within(0...255)),
            Option("edgeRatio", \.edgeRatio, "largest depth ratio in a 3×3 window off a plane", range: .above(1)),
            Option("specklePixels", \.specklePixels, "drop connected pieces with fewer pixels", unit: "px", range: .atLeast(0)),
        ])
}
