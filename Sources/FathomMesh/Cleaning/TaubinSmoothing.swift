import FathomCore
import FathomGeometry

/// Smoothing that removes noise without shrinking: each step averages forward and overshoots back (Taubin, "A signal
/// processing approach to fair surface design", 1995).
public enum TaubinSmoothing {
    private static let forward: Float = 0.5
    private static let backward: Float = -0.53

    /// Moves every vertex but those on borders by `steps` steps; recomputes normals if the mesh has them.
    ///
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public static func smooth(_ mesh: Mesh, steps: Int) throws(FathomError) -> Mesh {
        let halfEdges = try HalfEdges(mesh)
        var isFixed = [Bool](repeating: false, count: mesh.positions.count)
        for h in 0..<halfEdges.twins.count where halfEdges.twins[h] < 0 {
            isFixed[Int(halfEdges.starts[h])] = true
            isFixed[Int(halfEdges.starts[HalfEdges.next(h)])] = true
        }
        var smooth = mesh
        for _ in 0..<steps {
            for factor in [forward, backward] {
                var sums = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
                for t in mesh.triangles {
                    let (a, b, c) = smooth.corners(t)
                    sums[Int(t.x)] += b + c
                    sums[Int(t.y)] += c + a
                    sums[Int(t.z)] += a + b
                }
                for v in sums.indices where !isFixed[v] {
                    // Every triangle adds two neighbours, and every neighbour is in two triangles.
                    let count = 2 * (halfEdges.offsets[v + 1] - halfEdges.offsets[v])
                    if count > 0 { smooth.positions[v] += factor * (sums[v] / Float(count) - smooth.positions[v]) }
                }
            }
        }
        if !mesh.normals.isEmpty { smooth.normals = smooth.vertexNormals() }
        return smooth
    }
}
