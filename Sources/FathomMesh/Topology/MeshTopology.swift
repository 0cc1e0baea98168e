import FathomCore
import FathomGeometry

/// Counts that tell what a mesh is: closed or open, manifold or not, how many pieces, how many handles.
public struct MeshTopology: Sendable, Equatable {
    /// Vertices that a triangle uses.
    public var vertexCount: Int
    public var edgeCount: Int
    public var triangleCount: Int
    /// Edges with a triangle on one side only.
    public var openEdgeCount: Int
    /// Edges with more than two triangles, or with two that disagree in orientation.
    public var nonManifoldEdgeCount: Int
    /// Vertices whose triangles do not form one fan.
    public var nonManifoldVertexCount: Int
    /// Pieces connected through vertices.
    public var componentCount: Int

    /// V − E + F: 2 for a sphere, 0 for a torus.
    public var eulerCharacteristic: Int { vertexCount - edgeCount + triangleCount }
    public var isManifold: Bool { nonManifoldEdgeCount == 0 && nonManifoldVertexCount == 0 }
    public var isClosed: Bool { openEdgeCount == 0 }

    /// Time is linear in the triangles.
    ///
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public init(of mesh: Mesh) throws(FathomError) {
        let halfEdges = try HalfEdges(mesh)
        self.init(halfEdges, components: Components(triangles: mesh.triangles, vertexCount: mesh.positions.count))
    }

    init(_ halfEdges: HalfEdges, components: Components) {
        let vertices = halfEdges.offsets.count - 1
        triangleCount = halfEdges.twins.count / 3
        vertexCount = 0
        openEdgeCount = 0
        nonManifoldVertexCount = 0
        componentCount = components.count
        var halfEdgesOfNonManifold: [UInt64] = []
        for h in 0..<halfEdges.twins.count {
            switch halfEdges.twins[h] {
            case HalfEdges.open: openEdgeCount += 1
            case HalfEdges.nonManifold:
                let (a, b) = (halfEdges.starts[h], halfEdges.starts[HalfEdges.next(h)])
                halfEdgesOfNonManifold.append(UInt64(min(a, b)) << 32 | UInt64(max(a, b)))
            default: break
            }
        }
        nonManifoldEdgeCount = Set(halfEdgesOfNonManifold).count
        let paired = 3 * triangleCount - openEdgeCount - halfEdgesOfNonManifold.count
        edgeCount = paired / 2 + openEdgeCount + nonManifoldEdgeCount
        for v in 0..<vertices {
            let valence = Int(halfEdges.offsets[v + 1] - halfEdges.offsets[v])
            guard valence > 0 else { continue }
            vertexCount += 1
            if Self.fanSize(around: v, halfEdges) != valence { nonManifoldVertexCount += 1 }
        }
    }

    /// Triangles met when turning around a vertex, starting at the open end if there is one.
    private static func fanSize(around vertex: Int, _ halfEdges: HalfEdges) -> Int {
        let spokes = halfEdges.offsets[vertex]..<halfEdges.offsets[vertex + 1]
        // Turning goes from a triangle's incoming spoke to its twin; a fan's first triangle has no twin on its outgoing one.
        let first = spokes.first { halfEdges.twins[Int(halfEdges.outgoing[Int($0)])] < 0 } ?? spokes.lowerBound
        let start = Int(halfEdges.outgoing[Int(first)])
        var current = start
        var size = 0
        repeat {
            size += 1
            let twin = halfEdges.twins[HalfEdges.previous(current)]
            guard twin >= 0 else { break }
            current = Int(twin)
        } while current != start && size <= spokes.count
        return size
    }
}
