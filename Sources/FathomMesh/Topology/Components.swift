import FathomGeometry

/// The connected pieces of a mesh, joined through shared vertices, numbered in the order of their lowest vertex.
package struct Components: Sendable {
    /// Component of each vertex; -1 for a vertex that no triangle uses.
    package let ofVertex: [Int32]
    package let count: Int

    /// Union-find with path halving; vertex indices must be valid.
    package init(triangles: [SIMD3<UInt32>], vertexCount: Int) {
        var parent = (0..<UInt32(vertexCount)).map { $0 }
        var used = [Bool](repeating: false, count: vertexCount)
        func root(_ v: UInt32) -> UInt32 {
            var v = v
            while parent[Int(v)] != v {
                parent[Int(v)] = parent[Int(parent[Int(v)])]
                v = parent[Int(v)]
            }
            return v
        }
        for t in triangles {
            used[Int(t.x)] = true
            used[Int(t.y)] = true
            used[Int(t.z)] = true
            for other in [t.y, t.z] {
                let (a, b) = (root(t.x), root(other))
                // The lower root wins, so that a component's root is its lowest vertex.
                if a != b { parent[Int(max(a, b))] = min(a, b) }
            }
        }
        var component = [Int32](repeating: -1, count: vertexCount)
        var count: Int32 = 0
        for v in 0..<vertexCount where used[v] {
            let r = Int(root(UInt32(v)))
            if r == v {
                component[v] = count
                count += 1
            } else {
                component[v] = component[r]
            }
        }
        ofVertex = component
        self.count = Int(count)
    }
}
