import FathomCore
import FathomGeometry
import FathomMedia

/// What a radiance field for few views is tried on: eight small views of the alcove, three to train on and five to judge by, with
/// exact depth and with priors as wrong as those of monocular networks.
public struct FewViewTrial: Sendable {
    /// Pixels per row.
    public static let width = 252
    /// Rows.
    public static let height = 189
    /// Indices of the views to train on: both ends and the middle.
    public static let training = [0, 4, 7]
    /// Indices of the others.
    public static let heldOut = [1, 2, 3, 5, 6]

    /// Where the cameras stand, from left to right.
    public let viewpoints: [Viewpoint]
    /// Colours without noise and exact depth, one per viewpoint.
    public let views: [RenderedView]
    /// Inverse depth up to scale and shift, one per viewpoint.
    public let priors: [DepthMap]
    /// Points with tracks as feature matching would leave them, their views being indices into `viewpoints`. Exact.
    public let points: [SparsePoint]

    /// Renders the trial of a seed: some seconds of one core.
    public init(seed: UInt64) {
        let scene = SyntheticScene(.alcove, seed: seed)
        let viewpoints = scene.viewpoints(count: Self.training.count + Self.heldOut.count, width: Self.width, height: Self.height)
        let views = viewpoints.map { scene.render($0) }
        self.viewpoints = viewpoints
        self.views = views
        priors = views.indices.map { CorruptedPrior().prior(of: views[$0].depth, seed: seed, image: $0) }
        points = scene.samplePoints(400, in: viewpoints)
    }
}
