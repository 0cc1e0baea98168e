import FathomCore
import FathomMedia

/// Draws quads: pairs of pixels that a prior ranks, each with a neighbour at about the same prior depth.
///
/// Per quad: a box, evenly over all that lie in the image and have enough usable pixels; two of its usable pixels, evenly and
/// independently; for each of these one of the 30 % of the window around it whose priors are nearest to its own. What is drawn
/// follows from the seed, the step and the order of the prior's values: any rising change of a prior leaves pairs as they are.
public struct QuadSampler: Sendable {
    /// What was asked for.
    public let options: QuadOptions
    private let views: [QuadView]
    private let seed: UInt64

    /// Prepares priors with known orders; O(pixels log pixels).
    ///
    /// - Parameter priors: one per training view at its training size, nil for views without.
    /// - Returns: nil if no prior has a box to draw from.
    public init?(_ priors: [DepthPrior?], options: QuadOptions = QuadOptions(), seed: UInt64) {
        views = priors.enumerated().compactMap { index, prior in
            prior.flatMap { QuadView($0, index: index, options: options) }
        }
        if views.isEmpty { return nil }
        self.options = options
        self.seed = seed
    }

    /// Indices of the priors that quads are drawn from.
    public var usedViews: [Int] { views.map(\.index) }

    /// The quads of one training step. O(count) for gapless priors, times the rows of a box for those with gaps.
    public func draw(_ count: Int, step: Int) -> [Quad] {
        var random = SeededRandom(seed: seed, stream: UInt64(truncatingIfNeeded: step))
        let shared = random.index(below: views.count)
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * NeighborChoice.most) { scratch in
            let choice = NeighborChoice(options, scratch: scratch)
            return (0..<count).map { _ in
                let own = random.index(below: views.count)
                return draw(from: views[options.sharesView ? shared : own], choice, &random)
            }
        }
    }

    private func draw(from view: QuadView, _ choice: NeighborChoice, _ random: inout SeededRandom) -> Quad {
        let corner = view.corner(&random)
        let first = view.pixel(in: corner, &random)
        let second = view.pixel(in: corner, &random)
        return view.values.withPointer { values in
            let a = values[Int(first.y) * view.values.width + Int(first.x)]
            let b = values[Int(second.y) * view.values.width + Int(second.x)]
            let firstIsNearer = view.largerIsNearer ? a > b : a < b
            let (near, far) = firstIsNearer ? (first, second) : (second, first)
            let size = (width: view.values.width, height: view.values.height)
            return Quad(
                view: Int32(view.index), isRanked: abs(a - b) >= view.tie, near: near, far: far,
                nearNeighbor: choice.neighbor(of: near, values, size, &random),
                farNeighbor: choice.neighbor(of: far, values, size, &random))
        }
    }
}
