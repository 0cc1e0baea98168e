import FathomCore
import FathomFields
import FathomGeometry

/// The signed distance to a closed, consistently oriented mesh, exact up to rounding: negative inside.
///
/// The sign is that of the angle-weighted pseudo-normal of the closest face, edge or vertex (Bærentzen and Aanæs, "Signed
/// distance computation using the angle weighted pseudonormal", 2005). One query takes about a microsecond for neighbouring
/// points.
public struct SignedMeshDistance: ScalarField {
    private let tree: TriangleBVH
    /// Per triangle: its face, its three edges, its three vertices; lengths are arbitrary.
    private let pseudoNormals: Buffer<PseudoNormals>

    private struct PseudoNormals {
        var face: SIMD3<Float>
        var edges: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
        var corners: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
    }

    /// - Parameter allowsGaps: takes meshes that are open or not manifold too. Such a mesh has sides and no inside: beyond its rims
    ///   the sign is that of the side of the triangle at the rim, so that the zero goes on at right angles to it.
    /// - Throws: `FathomError` when the mesh is empty or, unless that is allowed, open or not manifold, so that it has no inside.
    public init(to mesh: Mesh, allowsGaps: Bool = false) throws(FathomError) {
        let halfEdges = try HalfEdges(mesh)
        guard !mesh.triangles.isEmpty, allowsGaps || halfEdges.twins.array.allSatisfy({ $0 >= 0 }) else {
            throw FathomError(
                .inputInvalid, "the mesh has no inside: it is empty, open or not manifold",
                remedy: "close it, for example by fusing renders of it into a volume")
        }
        tree = TriangleBVH(mesh)
        let faces = mesh.triangles.map { normalize(mesh.areaVector($0)) }
        var vertices = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        for (t, triangle) in mesh.triangles.enumerated() {
            for i in 0..<3 { vertices[Int(triangle[i])] += faces[t] * mesh.angle(of: triangle, at: i) }
        }
        pseudoNormals = Buffer(
            mesh.triangles.indices.map { t in
                let triangle = mesh.triangles[t]
                func edge(_ i: Int) -> SIMD3<Float> {
                    let twin = halfEdges.twins[3 * t + i]
                    return twin < 0 ? faces[t] : faces[t] + faces[Int(twin) / 3]
                }
                return PseudoNormals(
                    face: faces[t], edges: (edge(0), edge(1), edge(2)),
                    corners: (vertices[Int(triangle.x)], vertices[Int(triangle.y)], vertices[Int(triangle.z)]))
            })
    }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        pseudoNormals.withPointer { pseudoNormals in
            tree.closest(to: points) { i, hit in
                guard let hit else {
                    values[i] = .nan
                    return
                }
                let normals = pseudoNormals[hit.triangle]
                let normal =
                    switch hit.feature {
                    case .face: normals.face
                    case .edge(let e): e == 0 ? normals.edges.0 : e == 1 ? normals.edges.1 : normals.edges.2
                    case .corner(let c): c == 0 ? normals.corners.0 : c == 1 ? normals.corners.1 : normals.corners.2
                    }
                let distance = hit.distanceSquared.squareRoot()
                values[i] = dot(points[i] - hit.point, normal) < 0 ? -distance : distance
            }
        }
    }
}
