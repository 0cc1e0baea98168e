/// Hinge on the distance of two rendered depths: pixels that the prior puts at about one depth shall be rendered so.
///
/// L = mean over pairs of max(|d(a) − d(a′)| − m′, 0), for the near and for the far pixels of quads, both added (G. Wang et al.,
/// "SparseNeRF", ICCV 2023). Its gradient is ± the sign of the difference / pairs outside of the margin and 0 inside.
public struct ContinuityLoss: Sendable {
    /// m′, in units of the ray's range.
    public var margin: Float

    /// - Parameter margin: in units of the ray's range.
    public init(margin: Float = 1e-4) {
        self.margin = margin
    }

    /// Adds `weight` times the gradient and returns the loss; O(quads). Depths and gradients as for `RankingLoss`.
    public func accumulate(_ depths: [Float], of quads: [Quad], weight: Float, into gradients: inout [Float]) -> Double {
        precondition(
            depths.count == Quad.rays * quads.count && gradients.count == depths.count, "quads and depths differ in number")
        return add(0, 2, depths, weight, &gradients) + add(1, 3, depths, weight, &gradients)
    }

    /// The mean over all quads of one of their two pairs, given by the places of its rays.
    private func add(_ a: Int, _ b: Int, _ depths: [Float], _ weight: Float, _ gradients: inout [Float]) -> Double {
        func difference(_ first: Int) -> Float { depths[first + a] - depths[first + b] }
        let starts = stride(from: 0, to: depths.count, by: Quad.rays)
        let pairs = starts.reduce(0) { $0 + (difference($1).isFinite ? 1 : 0) }
        if pairs == 0 { return 0 }
        let share = weight / Float(pairs)
        var sum = 0.0
        for first in starts {
            let difference = difference(first)
            guard difference.isFinite, abs(difference) > margin else { continue }
            sum += Double(abs(difference) - margin)
            gradients[first + a] += difference > 0 ? share : -share
            gradients[first + b] -= difference > 0 ? share : -share
        }
        return sum / Double(pairs)
    }
}
