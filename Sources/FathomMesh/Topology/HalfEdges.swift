import FathomCore
import FathomGeometry

/// Which triangle lies across each edge of a mesh.
///
/// Half-edge 3t + i runs from vertex i of triangle t to vertex (i + 1) mod 3. Built in time linear in the triangles, for
/// meshes of bounded valence.
package struct HalfEdges: Sendable {
    /// The half-edge with the opposite direction; `open` or `nonManifold` where there is not exactly one.
    package let twins: Buffer<Int32>
    /// Start vertex of every half-edge.
    package let starts: Buffer<UInt32>
    /// Half-edges that start at vertex v: `outgoing[offsets[v] ..< offsets[v + 1]]`.
    package let offsets: Buffer<Int32>
    package let outgoing: Buffer<Int32>

    package static let open: Int32 = -1
    package static let nonManifold: Int32 = -2

    @inlinable
    package static func next(_ halfEdge: Int) -> Int { halfEdge % 3 == 2 ? halfEdge - 2 : halfEdge + 1 }
    @inlinable
    package static func previous(_ halfEdge: Int) -> Int { halfEdge % 3 == 0 ? halfEdge + 2 : halfEdge - 1 }

    /// - Throws: `FathomError` when a triangle names a vertex that does not exist, or there are more than 2³¹ / 3 triangles.
    package init(_ mesh: Mesh) throws(FathomError) {
        try mesh.validateIndices()
        let (triangles, vertexCount) = (mesh.triangles, mesh.positions.count)
        let count = 3 * triangles.count
        guard count <= Int(Int32.max) else {
            throw FathomError(.inputInvalid, "a mesh of \(triangles.count) triangles is too large", remedy: "split it")
        }
        var starts = Buffer<UInt32>(uninitialized: count)
        var offsets = Buffer<Int32>(repeating: 0, count: vertexCount + 1)
        withMutablePointers(&starts, &offsets) { starts, offsets in
            for t in triangles.indices {
                for i in 0..<3 {
                    starts[3 * t + i] = triangles[t][i]
                    offsets[Int(triangles[t][i]) + 1] += 1
                }
            }
            for v in 0..<vertexCount { offsets[v + 1] += offsets[v] }
        }
        var outgoing = Buffer<Int32>(uninitialized: count)
        var filled = offsets
        withPointers(starts) { starts in
            withMutablePointers(&outgoing, &filled) { outgoing, filled in
                for h in 0..<count {
                    let v = Int(starts[h])
                    outgoing[Int(filled[v])] = Int32(h)
                    filled[v] += 1
                }
            }
        }
        var twins = Buffer<Int32>(uninitialized: count)
        withPointers(starts, offsets, outgoing) { starts, offsets, outgoing in
            withMutablePointers(&twins) { twins in
                ThreadPool.shared.parallelFor(count, grain: 1 << 16) { range in
                    for h in range {
                        let (a, b) = (starts[h], starts[Self.next(h)])
                        var twin = Self.open
                        for i in offsets[Int(b)]..<offsets[Int(b) + 1] where starts[Self.next(Int(outgoing[Int(i)]))] == a {
                            twin = twin == Self.open ? outgoing[Int(i)] : Self.nonManifold
                        }
                        for i in offsets[Int(a)]..<offsets[Int(a) + 1]
                        where starts[Self.next(Int(outgoing[Int(i)]))] == b && outgoing[Int(i)] != h {
                            twin = Self.nonManifold
                        }
                        twins[h] = twin
                    }
                }
            }
        }
        self.twins = twins
        self.starts = starts
        self.offsets = offsets
        self.outgoing = outgoing
    }
}
