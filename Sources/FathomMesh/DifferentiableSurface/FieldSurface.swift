import FathomFields
import FathomGeometry

/// The zero level of a field as a mesh, with what it takes to carry gradients of the mesh back to the field.
///
/// A vertex v is regarded as a point with f(v; c) = 0. When the parameters c change, it moves along the field's gradient:
/// dv/dc = −∇f / |∇f|² · ∂f/∂c; motion along the surface is none. A loss L on the mesh therefore reaches the field as the number
/// s = −(∂L/∂v · ∇f) / |∇f|² at each vertex, and c through one backward pass of the field at the vertices. Nothing of the
/// extraction itself is differentiated, so that its topology is free to change. Guillard et al., "DeepMesh: Differentiable
/// iso-surface extraction", arXiv 2106.11795; the formula holds for any field, distance or not.
public struct FieldSurface: Sendable {
    /// Normals are unit gradients, outward.
    public var mesh: Mesh
    /// ∇f at each vertex, per world unit.
    public var fieldGradients: [SIMD3<Float>]
    /// Per vertex the lattice edge it stands on; see `IsoSurface.sourceEdges`.
    public var sourceEdges: [UInt64]
    /// Edge length of the lattice's cells, world units.
    public var spacing: Double
    /// How often the field was evaluated.
    public var evaluationCount: Int
    /// Edges with a triangle on one side only: not 0 where the surface leaves the lattice.
    public var openEdgeCount: Int

    /// How far above the median magnitude a vertex' number may lie.
    private static let clip: Float = 10

    /// What a loss sends to the field's value at each vertex.
    ///
    /// Numbers that are not finite become 0. Magnitudes end at ten times the median of those that are not 0, so that a vertex
    /// where the field is nearly flat cannot outvote all others.
    ///
    /// - Parameters:
    ///   - gradients: ∂L/∂v, one per vertex.
    ///   - isClipped: false gives the formula alone.
    public func fieldUpstream(_ gradients: [SIMD3<Float>], isClipped: Bool = true) -> [Float] {
        precondition(gradients.count == fieldGradients.count, "a gradient per vertex is needed")
        var upstream = zip(gradients, fieldGradients).map { gradient, slope in
            let value = -dot(gradient, slope) / max(dot(slope, slope), 1e-8)
            return value.isFinite ? value : 0
        }
        guard isClipped else { return upstream }
        let magnitudes = upstream.lazy.map(abs).filter { $0 > 0 }.sorted()
        guard !magnitudes.isEmpty else { return upstream }
        let limit = Self.clip * magnitudes[magnitudes.count / 2]
        for index in upstream.indices { upstream[index] = min(max(upstream[index], -limit), limit) }
        return upstream
    }
}
