import FathomCore
import FathomGeometry
import FathomMedia

/// A photo that a field is trained on, and what is known of its depth.
public struct FewShotView: Sendable {
    public var view: TrainingView
    /// Of the photo's size: an order of its pixels, and depth itself where it is metric.
    public var prior: DepthPrior?
    /// Depth that other views have measured, in scene units, of the photo's size; beside a prior that tells the order only.
    public var measured: DepthPrior?

    public init(_ view: TrainingView, prior: DepthPrior? = nil, measured: DepthPrior? = nil) {
        self.view = view
        self.prior = prior
        self.measured = measured
    }
}
