import FathomCore
import FathomGeometry

/// Closes small holes: a triangular one with a triangle, a larger one with a fan around its centroid.
///
/// New edges join only new vertices to the border, so a manifold mesh stays one. Holes that touch themselves or each other
/// in a vertex are left open. A hole and the rim of a separate small sheet cannot be told apart; drop such sheets first.
public enum HoleFilling {
    /// Fills holes with a perimeter below `maxPerimeter`, in world units.
    ///
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public static func fill(_ mesh: Mesh, maxPerimeter: Double) throws(FathomError) -> Mesh {
        let halfEdges = try HalfEdges(mesh)
        var filled = mesh
        for loop in simpleBorderLoops(halfEdges) where perimeter(of: loop, mesh) < maxPerimeter {
            if loop.count == 3 {
                filled.triangles.append(SIMD3(loop[0], loop[1], loop[2]))
                continue
            }
            let center = UInt32(filled.positions.count)
            let members = loop.map { Int($0) }
            let share = 1 / Float(loop.count)
            filled.positions.append(members.reduce(.zero) { $0 + mesh.positions[$1] } * share)
            if !mesh.normals.isEmpty { filled.normals.append(normalize(members.reduce(.zero) { $0 + mesh.normals[$1] })) }
            if !mesh.colors.isEmpty {
                let mean = members.reduce(.zero) { $0 + SIMD3<Float>(mesh.colors[$1]) } * share
                filled.colors.append(SIMD3<UInt8>(mean, rounding: .toNearestOrEven))
            }
            for i in loop.indices { filled.triangles.append(SIMD3(loop[i], loop[(i + 1) % loop.count], center)) }
        }
        return filled
    }

    /// Closed walks along the open side of open edges, each vertex at most once in all walks, in the order of their first edge.
    private static func simpleBorderLoops(_ halfEdges: HalfEdges) -> [[UInt32]] {
        let vertexCount = halfEdges.offsets.count - 1
        // The open side runs against the triangle's half-edge; a vertex with several border edges leads nowhere.
        var successor = [UInt32](repeating: .max, count: vertexCount)
        var borderEdges = [UInt8](repeating: 0, count: vertexCount)
        for h in 0..<halfEdges.twins.count where halfEdges.twins[h] < 0 {
            let (a, b) = (halfEdges.starts[h], halfEdges.starts[HalfEdges.next(h)])
            successor[Int(b)] = halfEdges.twins[h] == HalfEdges.open ? a : .max
            borderEdges[Int(a)] = min(borderEdges[Int(a)] + 1, 3)
            borderEdges[Int(b)] = min(borderEdges[Int(b)] + 1, 3)
        }
        var visited = [Bool](repeating: false, count: vertexCount)
        var loops: [[UInt32]] = []
        for start in 0..<UInt32(vertexCount) where borderEdges[Int(start)] == 2 && !visited[Int(start)] {
            var loop: [UInt32] = []
            var current = start
            while current != .max, borderEdges[Int(current)] == 2, !visited[Int(current)] {
                visited[Int(current)] = true
                loop.append(current)
                current = successor[Int(current)]
            }
            if current == start && loop.count >= 3 { loops.append(loop) }
        }
        return loops
    }

    private static func perimeter(of loop: [UInt32], _ mesh: Mesh) -> Double {
        loop.indices.reduce(0) { sum, i in
            sum + Double(length(mesh.positions[Int(loop[i])] - mesh.positions[Int(loop[(i + 1) % loop.count])]))
        }
    }
}
