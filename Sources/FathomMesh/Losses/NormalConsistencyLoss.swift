import FathomCore
import FathomGeometry

/// How much neighbouring triangles are bent against each other.
///
/// L = mean of 1 − n₁·n₂ over the edges with two triangles, without unit: 0 for a plane, 2 for a sheet folded onto itself. Edges
/// of triangles thinner than 1/10 000 of their length do not count: their normals are rounding. Linear in the triangles.
public struct NormalConsistencyLoss: MeshLoss {
    public let name = "normals"
    /// Smallest height of a triangle over its longest side.
    private static let thinnest = 1e-4

    public init() {}

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        let (mesh, twins) = (surface.mesh, try surface.halfEdges().twins)
        let normals = Self.normals(mesh)
        /// The normal across a half-edge; zero where there is none.
        @Sendable func neighbor(_ halfEdge: Int) -> SIMD3<Double> {
            let twin = Int(twins[halfEdge])
            return twin >= 0 ? normals[twin / 3] : .zero
        }
        let sides = (0..<twins.count).count { normals[$0 / 3] != .zero && neighbor($0) != .zero }
        guard sides > 0 else { return 0 }
        // Every edge is met from both sides: each adds half of the value, and its own share of the gradient.
        let share = 2 / Double(sides)
        return try surface.accumulateFaces(weight: weight, into: &gradients) { t in
            let normal = normals[t]
            guard normal != .zero else { return nil }
            var (value, others) = (0.0, SIMD3<Double>.zero)
            for h in 3 * t..<3 * t + 3 {
                let other = neighbor(h)
                guard other != .zero else { continue }
                value += (1 - dot(normal, other)) / 2
                others += other
            }
            let shape = FaceShape(mesh, t)
            let q = (dot(others, normal) * normal - others) / length(shape.areaVector)
            return FaceTerm(value: share * value, gradients: shape.corners(ofAreaVector: share * q))
        }
    }

    /// Of length 1; zero for a triangle that has none.
    private static func normals(_ mesh: Mesh) -> Buffer<SIMD3<Double>> {
        var normals = Buffer<SIMD3<Double>>(uninitialized: mesh.triangles.count)
        withMutablePointers(&normals) { normals in
            ThreadPool.shared.parallelFor(mesh.triangles.count, grain: 4096) { range in
                for t in range {
                    let shape = FaceShape(mesh, t)
                    let (p, q, r) = (shape.b - shape.a, shape.c - shape.b, shape.a - shape.c)
                    let longest = max(dot(p, p), dot(q, q), dot(r, r))
                    let area = length(shape.areaVector)
                    normals[t] = 2 * area > thinnest * longest ? shape.areaVector / area : .zero
                }
            }
        }
        return normals
    }
}
