import FathomCore
import FathomGeometry

/// Where a surface that came from an open mesh still means something: beside the mesh, and not beyond its rims.
///
/// A field has no rims: its zero level goes on past those of the mesh that it was made from. A point is left out when it is far
/// from the mesh, or when what is nearest to it is a rim and that is not close. About a microsecond per point.
struct SurfaceRegion: Sendable {
    private let tree: TriangleBVH
    /// Per triangle, bits 0…2 for edges and 3…5 for corners on a rim.
    private let rims: [UInt8]
    private let reach: Float
    private let rimReach: Float

    /// - Parameters:
    ///   - reach: largest distance from the mesh, world units.
    ///   - rimReach: largest distance from its rims where nothing else is nearer.
    /// - Throws: as `HalfEdges`.
    init(beside mesh: Mesh, reach: Double, rimReach: Double) throws(FathomError) {
        let halfEdges = try HalfEdges(mesh)
        tree = TriangleBVH(mesh)
        var isOnRim = [Bool](repeating: false, count: mesh.positions.count)
        for (h, twin) in halfEdges.twins.array.enumerated() where twin == HalfEdges.open {
            isOnRim[Int(halfEdges.starts[h])] = true
            isOnRim[Int(halfEdges.starts[HalfEdges.next(h)])] = true
        }
        rims = mesh.triangles.indices.map { t in
            (0..<3).reduce(UInt8(0)) { bits, i in
                bits | (halfEdges.twins[3 * t + i] == HalfEdges.open ? 1 << UInt8(i) : 0)
                    | (isOnRim[Int(mesh.triangles[t][i])] ? 8 << UInt8(i) : 0)
            }
        }
        (self.reach, self.rimReach) = (Float(reach), Float(rimReach))
    }

    /// The triangles whose corners are all in the region, in their order. Independent of the number of threads.
    func triangles(of mesh: Mesh) -> [SIMD3<UInt32>] {
        let positions = mesh.positions
        var isInside = Buffer<Bool>(repeating: false, count: positions.count)
        withMutablePointers(&isInside) { isInside in
            ThreadPool.shared.parallelFor(positions.count, grain: 1024) { range in
                positions[range].withUnsafeBufferPointer { points in
                    tree.closest(to: points) { i, hit in isInside[range.lowerBound + i] = hit.map(contains) ?? false }
                }
            }
        }
        return mesh.triangles.filter { isInside[Int($0.x)] && isInside[Int($0.y)] && isInside[Int($0.z)] }
    }

    private func contains(_ hit: TriangleBVH.Hit) -> Bool {
        let isAtRim =
            switch hit.feature {
            case .face: false
            case .edge(let i): rims[hit.triangle] & 1 << UInt8(i) != 0
            case .corner(let i): rims[hit.triangle] & 8 << UInt8(i) != 0
            }
        let limit = isAtRim ? rimReach : reach
        return hit.distanceSquared < limit * limit
    }
}
