#if canImport(Glibc)
import Glibc
#endif

/// How much the terms of a depth prior count beside the mean squared error of colours:
/// `ranking` · (L_rank + `continuity` · L_cont), with L_cont the sum over near and far pixels.
public struct PriorWeights: Sendable, Equatable {
    /// Of both terms.
    public var ranking: Float
    /// Of the continuity term within both.
    public var continuity: Float

    /// Weights of one's own choice.
    public init(ranking: Float, continuity: Float) {
        self.ranking = ranking
        self.continuity = continuity
    }

    /// Photos taken from one side.
    public static let forwardFacing = PriorWeights(ranking: 0.5, continuity: 0.01)
    /// Photos from all around a bounded subject.
    public static let wideBaseline = PriorWeights(ranking: 0.2, continuity: 1)
    /// Depth that a sensor recorded.
    public static let sensor = PriorWeights(ranking: 0.5, continuity: 0.1)

    /// The weights at a step of a training: constant at first, over the last 30 % falling to 10 % along a cosine, because the
    /// hinges pull as strongly at the end as at the beginning and a wrong prior would then outweigh the photos.
    public func decayed(at step: Int, of steps: Int) -> PriorWeights {
        let progress = (Double(step) / Double(max(steps, 1)) - 0.7) / 0.3
        let factor = 0.1 + 0.9 * (1 + cos(.pi * min(max(progress, 0), 1))) / 2
        return PriorWeights(ranking: ranking * Float(factor), continuity: continuity)
    }
}
