/// Hinge on the order of two rendered depths: of a pair, what the prior puts nearer shall be rendered nearer, by a margin.
///
/// L = mean over pairs of max(d(near) − d(far) + m, 0) (G. Wang et al., "SparseNeRF", ICCV 2023). Its gradient is ±1 / pairs where
/// a pair is violated and 0 elsewhere. Depths are in units of the ray's range, 0…1, of which the margin is a share.
public struct RankingLoss: Sendable {
    /// The loss and how many pairs stand behind it.
    public struct Value: Sendable, Equatable {
        /// The mean over pairs; 0 without any.
        public var loss = 0.0
        /// Those that are ranked and have depths.
        public var pairs = 0
        /// Those of them that cost something.
        public var violated = 0

        /// 0…1; 0 without pairs.
        public var violatedShare: Double { pairs == 0 ? 0 : Double(violated) / Double(pairs) }
    }

    /// m, in units of the ray's range.
    public var margin: Float

    /// - Parameter margin: in units of the ray's range.
    public init(margin: Float = 1e-4) {
        self.margin = margin
    }

    /// Adds `weight` times the gradient; O(quads).
    ///
    /// - Parameters:
    ///   - depths: `Quad.rays` per quad in the order of `Quad.pixels`; not finite for rays that have no depth, whose
    ///     pairs are left out.
    ///   - gradients: as many, dL/dd.
    public func accumulate(_ depths: [Float], of quads: [Quad], weight: Float, into gradients: inout [Float]) -> Value {
        precondition(
            depths.count == Quad.rays * quads.count && gradients.count == depths.count, "quads and depths differ in number")
        func excess(_ quad: Int) -> Float { depths[Quad.rays * quad] - depths[Quad.rays * quad + 1] + margin }
        var (value, sum) = (Value(), 0.0)
        for quad in quads.indices where quads[quad].isRanked && excess(quad).isFinite {
            value.pairs += 1
            if excess(quad) > 0 {
                value.violated += 1
                sum += Double(excess(quad))
            }
        }
        if value.violated == 0 { return value }
        value.loss = sum / Double(value.pairs)
        let share = weight / Float(value.pairs)
        for quad in quads.indices where quads[quad].isRanked && excess(quad).isFinite && excess(quad) > 0 {
            gradients[Quad.rays * quad] += share
            gradients[Quad.rays * quad + 1] -= share
        }
        return value
    }
}
