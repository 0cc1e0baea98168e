import FathomCore
import FathomGeometry

/// Squared distance between a mesh and target points, in both directions, and how far normals disagree.
///
/// Points p are drawn evenly over the mesh's area; with q(p) the nearest target of p and p(q) the nearest drawn point of q,
/// L = mean ρ(|p − q(p)|) + mean ρ(|q − p(q)|) + w mean (1 − |n_p · n_q(p)|), ρ(d) = d² up to the Huber radius and linear beyond.
/// A drawn point hands its gradient to the corners of its triangle by their barycentric shares; the normal term reaches corners
/// through the triangle's normal. Where normals are oriented, only points of the same orientation are matched, so that opposite
/// sides of a thin part do not take each other for their target, and holes close. Every distance is per target, not per vertex, so that the mesh's density does not bias it.
/// O((n + m) log(n + m)) for n drawn points and m targets.
public struct ChamferLoss: MeshLoss {
    public let name: String
    private let targets: [SIMD3<Float>]
    private let targetNormals: [SIMD3<Float>]
    private let tree: PointTree
    private let sampleCount: Int
    private let huber: Float
    private let normalWeight: Float
    private let isOriented: Bool
    private let seed: UInt64

    /// - Parameters:
    ///   - targets: points on the surface wanted, world units.
    ///   - normals: their unit normals, of either sign; empty for none.
    ///   - samples: points drawn from the mesh.
    ///   - huber: distance beyond which the loss grows linearly, about three times the noise of the targets; infinity for never.
    ///   - normalWeight: w, in squared world units.
    ///   - isOriented: normals point outward, and points are matched with such as face the same way, less than 90° apart.
    ///   - seed: of the drawn points, the same at every step.
    public init(
        targets: [SIMD3<Float>], normals: [SIMD3<Float>] = [], samples: Int = 10_000, huber: Float = .infinity,
        normalWeight: Float = 0, isOriented: Bool = false, seed: UInt64 = 0, name: String = "chamfer"
    ) {
        precondition(!targets.isEmpty, "there are no targets")
        precondition(normals.isEmpty || normals.count == targets.count, "a normal per target is needed")
        precondition(!isOriented || !normals.isEmpty, "without normals there is no orientation")
        self.targets = targets
        targetNormals = normals
        tree = PointTree(targets)
        sampleCount = samples
        self.huber = huber
        self.normalWeight = normals.isEmpty ? 0 : normalWeight
        self.isOriented = isOriented
        self.seed = seed
        self.name = name
    }

    public func accumulate(
        _ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]
    ) throws -> Double {
        let mesh = surface.mesh
        let samples = SurfacePoints(mesh, count: sampleCount, seed: seed)
        guard !samples.points.isEmpty else { return 0 }
        let sampleNormals = isOriented ? samples.normals(of: mesh) : []
        var loss = 0.0
        let toTargets = nearest(samples.points, sampleNormals, in: tree, targetNormals)
        let share = 1 / Float(samples.points.count)
        for (i, hit) in toTargets.enumerated() {
            guard let hit else { continue }
            loss += Double(term(hit.distanceSquared) * share)
            let gradient = slope(samples.points[i] - targets[hit.index]) * (share * weight)
            samples.distribute(gradient, from: i, mesh, into: &gradients)
            if normalWeight > 0 {
                loss += addNormal(i, samples, mesh, targetNormals[hit.index], share, weight, into: &gradients)
            }
        }
        let fromTargets = nearest(targets, targetNormals, in: PointTree(samples.points), sampleNormals)
        let targetShare = 1 / Float(targets.count)
        for (j, hit) in fromTargets.enumerated() {
            guard let hit else { continue }
            loss += Double(term(hit.distanceSquared) * targetShare)
            let gradient = slope(samples.points[hit.index] - targets[j]) * (targetShare * weight)
            samples.distribute(gradient, from: hit.index, mesh, into: &gradients)
        }
        return loss
    }

    /// Each point's nearest of the tree, of the same orientation if that counts; nil where there is none.
    private func nearest(
        _ points: [SIMD3<Float>], _ normals: [SIMD3<Float>], in tree: PointTree, _ treeNormals: [SIMD3<Float>]
    ) -> [PointTree.Hit?] {
        let grain = 1024
        let parts = stride(from: 0, to: points.count, by: grain).map { $0..<min(points.count, $0 + grain) }
        return parts.parallelMap { [isOriented] part in
            part.map { i in
                isOriented
                    ? tree.nearest(to: points[i]) { dot(normals[i], treeNormals[$0]) > 0 } : tree.nearest(to: points[i])
            }
        }.flatMap { $0 }
    }

    private func term(_ squared: Float) -> Float {
        let distance = squared.squareRoot()
        return distance <= huber ? squared : huber * (2 * distance - huber)
    }

    private func slope(_ offset: SIMD3<Float>) -> SIMD3<Float> {
        let distance = length(offset)
        return offset * (distance <= huber ? 2 : 2 * huber / distance)
    }

    /// The normal term of one drawn point. With n = m / |m|, m the triangle's cross product, ∂n = (∂m − n (n · ∂m)) / |m|.
    private func addNormal(
        _ i: Int, _ samples: SurfacePoints, _ mesh: Mesh, _ target: SIMD3<Float>, _ share: Float, _ weight: Float,
        into gradients: inout [SIMD3<Float>]
    ) -> Double {
        let t = mesh.triangles[Int(samples.triangles[i])]
        let (a, b, c) = mesh.corners(t)
        let m = cross(b - a, c - a)
        let size = length(m)
        guard size > 0 else { return 0 }
        let n = m / size
        let cosine = dot(n, target)
        let sign: Float = cosine < 0 ? -1 : 1
        let onCross = (target - n * cosine) * (-sign * normalWeight * share * weight / size)
        gradients[Int(t.x)] += cross(b - c, onCross)
        gradients[Int(t.y)] += cross(c - a, onCross)
        gradients[Int(t.z)] += cross(a - b, onCross)
        return Double(normalWeight * share * (1 - abs(cosine)))
    }
}
