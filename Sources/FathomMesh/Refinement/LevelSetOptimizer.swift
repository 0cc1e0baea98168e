import FathomCore
import FathomFields
import FathomGeometry

/// Moves the surface of a grid of distances along its normal, evened out over the surface.
///
/// The velocity of a vertex is minus the loss' change per unit of normal motion and area, the L² gradient flow of the loss. It is evened out by
/// solving (1 + λ L) v' = v with the mesh's uniform Laplacian L (Sobolev gradient; Nicolet et al., "Large steps in inverse
/// rendering of geometry", 2021), which lets a few vertices that see an outline carry their neighbourhood along. Steps are
/// scaled so that the fastest moved `stride` lattice spacings when they were fastest: they fade as the loss does.
public struct LevelSetOptimizer: FieldOptimizer {
    /// Motion per step of the fastest one in twenty of the vertices that move, in lattice spacings.
    public var stride: Float
    /// λ; 0 for no evening out.
    public var smoothing: Float
    /// The stride at the end, as a share of that at the start.
    public var finalShare: Float
    /// The fastest motion so far, loss per area and length.
    public internal(set) var fastest: Float = 0
    private static let longestStep: Float = 0.5
    private static let sweeps = 12

    public init(stride: Float = 0.25, smoothing: Float = 4, finalShare: Float = 0.2) {
        self.stride = stride
        self.smoothing = smoothing
        self.finalShare = finalShare
    }

    public mutating func step(
        _ field: inout GridField, _ surface: FieldSurface, _ gradients: [SIMD3<Float>], step: Int, of count: Int
    ) -> Double {
        let mesh = surface.mesh
        var areas = [Float](repeating: 0, count: mesh.positions.count)
        for t in mesh.triangles {
            let third = length(mesh.areaVector(t)) / 3
            for corner in 0..<3 { areas[Int(t[corner])] += third }
        }
        let least = Float(surface.spacing * surface.spacing) * 0.05
        var velocity = mesh.positions.indices.map { i in
            let v = -dot(gradients[i], mesh.normals[i]) / max(areas[i], least)
            return v.isFinite ? v : 0
        }
        if smoothing > 0 { velocity = smoothed(velocity, mesh) }
        let speed = velocity.map(abs).filter { $0 > 0 }.quantile(0.95)
        fastest = max(speed, fastest)
        guard fastest > 0 else { return 0 }
        let progress = count > 1 ? Float(step) / Float(count - 1) : 0
        let spacing = Float(surface.spacing)
        let scale = stride * (1 + (finalShare - 1) * progress) * spacing / fastest
        let limit = Self.longestStep * spacing
        let motions = velocity.map { min(max($0 * scale, -limit), limit) }
        field.move(mesh.positions, by: motions)
        return Double(motions.map(abs).quantile(0.99) / spacing)
    }

    /// Jacobi sweeps of (1 + λ L) v' = v.
    private func smoothed(_ velocity: [Float], _ mesh: Mesh) -> [Float] {
        var degree = [Float](repeating: 0, count: velocity.count)
        for t in mesh.triangles {
            for corner in 0..<3 { degree[Int(t[corner])] += 2 }
        }
        var current = velocity
        for _ in 0..<Self.sweeps {
            // Each edge is met once from either side, so that both the sum and the degree count neighbours twice.
            var sums = [Float](repeating: 0, count: velocity.count)
            for t in mesh.triangles {
                let (a, b, c) = (Int(t.x), Int(t.y), Int(t.z))
                let (va, vb, vc) = (current[a], current[b], current[c])
                sums[a] += vb + vc
                sums[b] += va + vc
                sums[c] += va + vb
            }
            for i in current.indices where degree[i] > 0 {
                current[i] = (velocity[i] + smoothing * sums[i] / degree[i]) / (1 + smoothing)
            }
        }
        return current
    }
}
