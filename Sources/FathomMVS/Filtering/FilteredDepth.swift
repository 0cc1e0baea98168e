import FathomGeometry
import FathomMedia

/// A filtered depth map with the evidence behind each pixel and an account of the pixels it lost.
public struct FilteredDepth: Sendable {
    /// Depth averaged over the agreeing views; NaN where rejected. Confidence is the input's, 0 where rejected.
    public var depth: DepthMap
    /// Number of source views that agree; 0 where rejected.
    public var agreeingViews: Raster<UInt8>
    public var counts: FilterCounts
}

/// Where the pixels of a filtered depth map went. Every pixel is counted once, under the first test it failed.
public struct FilterCounts: Sendable, Equatable, BitwiseCopyable {
    /// The map had no depth.
    public var noDepth = 0
    public var masked = 0
    public var lowConfidence = 0
    public var depthEdge = 0
    /// Too few sources have any depth where the pixel falls, so that no test could pass.
    public var unseen = 0
    /// Enough sources have depth there, but too few agree.
    public var inconsistent = 0
    /// In a small isolated piece.
    public var speckle = 0
    public var kept = 0

    public init() {}

    public var pixels: Int { noDepth + masked + lowConfidence + depthEdge + unseen + inconsistent + speckle + kept }

    public static func += (left: inout FilterCounts, right: FilterCounts) {
        left.noDepth += right.noDepth
        left.masked += right.masked
        left.lowConfidence += right.lowConfidence
        left.depthEdge += right.depthEdge
        left.unseen += right.unseen
        left.inconsistent += right.inconsistent
        left.speckle += right.speckle
        left.kept += right.kept
    }

    /// Name and number of each outcome, in the order of the tests.
    public var items: [(name: String, count: Int)] {
        [
            ("no depth", noDepth), ("masked", masked), ("low confidence", lowConfidence), ("depth edge", depthEdge),
            ("unseen by sources", unseen), ("inconsistent", inconsistent), ("speckle", speckle), ("kept", kept),
        ]
    }
}
