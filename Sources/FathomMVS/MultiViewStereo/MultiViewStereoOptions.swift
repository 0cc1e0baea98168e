import FathomCore

/// Options that decide which views and depths are compared.
public protocol ViewComparisonOptions: OptionGroup {
    /// Views compared for each depth map, the reference included.
    var views: Int { get set }
    /// Depths to search; nil finds them per view.
    var depthRange: DepthRange? { get set }
}

extension ViewComparisonOptions {
    /// The options that decide which views and depths are compared.
    public static var comparisonOptions: [Option<Self>] {
        [
            Option("views", \.views, "views compared for each depth map, the reference included", range: .within(2...16)),
            Option(
                "depthRange", \.depthRange, "depths to search, or \"auto\" to find them per view", unit: "scene units",
                placeholder: "auto|MIN:MAX", parse: DepthRange.parse, print: DepthRange.print),
        ]
    }
}

/// How posed views become depth maps.
public struct MultiViewStereoOptions: ViewComparisonOptions {
    /// Views compared for each depth map, the reference included.
    public var views = 5
    /// Depths to search; nil finds them per view.
    public var depthRange: DepthRange?
    /// How many times depth maps are refined with those of their neighbours.
    public var geometricPasses = 1

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Depth maps",
        comparisonOptions + [
            Option(
                "geometricPasses", \.geometricPasses, "how often depth maps are refined with those of their neighbours",
                range: .within(0...4))
        ])
}

/// A range of depths given by the user, in scene units.
public struct DepthRange: Sendable, Equatable {
    public let nearest: Double
    public let farthest: Double

    /// nil unless 0 < nearest < farthest < ∞.
    public init?(nearest: Double, farthest: Double) {
        guard nearest > 0, nearest < farthest, farthest.isFinite else { return nil }
        self.nearest = nearest
        self.farthest = farthest
    }

    /// Reads "auto" (nil) or "MIN:MAX"; the outer nil stands for other text.
    public static func parse(_ text: String) -> DepthRange?? {
        if text == "auto" { return .some(nil) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 2, let near = parts[0], let far = parts[1], let range = DepthRange(nearest: near, farthest: far)
        else { return nil }
        return .some(range)
    }

    public static func print(_ range: DepthRange?) -> String {
        range.map { "\($0.nearest):\($0.farthest)" } ?? "auto"
    }
}
