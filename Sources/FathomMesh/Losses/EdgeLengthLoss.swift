import FathomCore
import FathomGeometry

/// By how much edges are longer than they should be.
///
/// L = mean over edges of max(0, |e| / longest − 1)², without unit. An edge with one triangle counts once, one with more than two
/// once for each. Linear in the triangles.
public struct EdgeLengthLoss: MeshLoss {
    public let name = "edges"
    private let longest: Double

    /// - Parameter longest: up to this length, in world units, an edge costs nothing.
    public init(longest: Float) {
        precondition(longest > 0, "a length is positive")
        self.longest = Double(longest)
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        let (mesh, halfEdges) = (surface.mesh, try surface.halfEdges())
        let twins = halfEdges.twins
        /// Half an edge where the other triangle has the other half.
        @Sendable func part(_ halfEdge: Int) -> Double { twins[halfEdge] >= 0 ? 0.5 : 1 }
        let edges = (0..<twins.count).reduce(0) { $0 + part($1) }
        guard edges > 0 else { return 0 }
        return try surface.accumulateFaces(weight: weight, into: &gradients) { t in
            let shape = FaceShape(mesh, t)
            var term = FaceTerm(value: 0, gradients: CornerGradients())
            /// Adds an edge and returns the gradient at its end; that at its start is the opposite.
            func pull(_ halfEdge: Int, _ from: SIMD3<Double>, _ to: SIMD3<Double>) -> SIMD3<Double> {
                let edge = to - from
                let distance = length(edge)
                let excess = distance / longest - 1
                guard excess > 0 else { return .zero }
                let share = part(halfEdge) / edges
                term.value += share * excess * excess
                return 2 * share * excess / (longest * distance) * edge
            }
            let (ab, bc, ca) = (
                pull(3 * t, shape.a, shape.b), pull(3 * t + 1, shape.b, shape.c), pull(3 * t + 2, shape.c, shape.a)
            )
            term.gradients = CornerGradients(a: ca - ab, b: ab - bc, c: bc - ca)
            return term
        }
    }
}
