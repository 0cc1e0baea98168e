import FathomCore
import FathomGeometry

/// Makes an extracted mesh presentable: drops crumbs, removes tiny edges, closes small holes, smooths on request.
///
/// Every step keeps a manifold mesh manifold and depends on its arguments alone.
public enum MeshCleaning {
    /// What `clean` does, in the order it does it.
    public struct Options: Sendable {
        /// Components with a smaller share of the total area are dropped.
        public var smallestComponentShare: Double
        /// Edges shorter than this, in world units, are collapsed; 0 keeps all.
        public var shortestEdge: Double
        /// Holes with a shorter perimeter, in world units, are closed; 0 keeps all.
        public var largestHolePerimeter: Double
        /// Steps of Taubin smoothing; 0 for none.
        public var smoothingSteps: Int

        public init(
            smallestComponentShare: Double = 0.005, shortestEdge: Double = 0, largestHolePerimeter: Double = 0,
            smoothingSteps: Int = 0
        ) {
            self.smallestComponentShare = smallestComponentShare
            self.shortestEdge = shortestEdge
            self.largestHolePerimeter = largestHolePerimeter
            self.smoothingSteps = smoothingSteps
        }

        /// The usual cleaning of a surface sampled with `spacing`: edges under a tenth of it and holes with a perimeter under
        /// twenty times it.
        public static func standard(spacing: Double) -> Options {
            Options(shortestEdge: 0.1 * spacing, largestHolePerimeter: 20 * spacing)
        }
    }

    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public static func clean(_ mesh: Mesh, _ options: Options) throws(FathomError) -> Mesh {
        var mesh = try droppingSmallComponents(of: mesh, share: options.smallestComponentShare)
        if options.largestHolePerimeter > 0 {
            mesh = try HoleFilling.fill(mesh, maxPerimeter: options.largestHolePerimeter)
        }
        if options.shortestEdge > 0 { mesh = try collapsingShortEdges(of: mesh, below: options.shortestEdge) }
        if options.smoothingSteps > 0 { mesh = try TaubinSmoothing.smooth(mesh, steps: options.smoothingSteps) }
        return mesh
    }

    /// The mesh without components whose share of the total area is below `share`, and without unused vertices.
    public static func droppingSmallComponents(of mesh: Mesh, share: Double) throws(FathomError) -> Mesh {
        try mesh.validateIndices()
        let components = Components(triangles: mesh.triangles, vertexCount: mesh.positions.count)
        var areas = [Double](repeating: 0, count: components.count)
        for t in mesh.triangles { areas[Int(components.ofVertex[Int(t.x)])] += Double(length(mesh.areaVector(t))) }
        let smallest = share * areas.reduce(0, +)
        return mesh.keeping { areas[Int(components.ofVertex[Int($0.x)])] >= smallest }
    }

    /// The mesh with edges shorter than `length` collapsed to their middle, shortest first, where that is safe; their ends on
    /// a border stay on it.
    public static func collapsingShortEdges(of mesh: Mesh, below length: Double) throws(FathomError) -> Mesh {
        let halfEdges = try HalfEdges(mesh)
        var collapsible = CollapsibleMesh(mesh, halfEdges)
        func entry(_ a: UInt32, _ b: UInt32, _ mesh: CollapsibleMesh) -> CollapseQueue.Entry? {
            let edge = mesh.positions[Int(a)] - mesh.positions[Int(b)]
            guard dot(edge, edge) < length * length else { return nil }
            return CollapseQueue.Entry(
                cost: Float(dot(edge, edge)), first: min(a, b), second: max(a, b),
                stamp: mesh.versions[Int(a)] &+ mesh.versions[Int(b)])
        }
        var queue = CollapseQueue(
            (0..<halfEdges.twins.count).compactMap { h in
                halfEdges.twins[h] < h
                    ? entry(halfEdges.starts[h], halfEdges.starts[HalfEdges.next(h)], collapsible) : nil
            })
        while let next = queue.pop() {
            let (a, b) = (Int(next.first), Int(next.second))
            guard collapsible.versions[a] &+ collapsible.versions[b] == next.stamp, collapsible.isUsed(next.second) else {
                continue
            }
            let (p, q) = (collapsible.positions[a], collapsible.positions[b])
            let middle =
                collapsible.isOnBorder[a] == collapsible.isOnBorder[b] ? (p + q) / 2 : collapsible.isOnBorder[a] ? p : q
            guard collapsible.collapse(next.first, next.second, to: middle) else { continue }
            for neighbor in collapsible.neighbors(of: next.first) {
                if let entry = entry(next.first, neighbor, collapsible) { queue.push(entry) }
            }
        }
        return collapsible.mesh(normals: !mesh.normals.isEmpty)
    }
}

extension Mesh {
    /// The triangles that satisfy a condition, with the vertices they use.
    func keeping(_ condition: (SIMD3<UInt32>) -> Bool) -> Mesh {
        var kept = Mesh()
        var newIndex = [UInt32](repeating: .max, count: positions.count)
        kept.triangles = triangles.filter(condition)
        for t in kept.triangles {
            for i in 0..<3 { newIndex[Int(t[i])] = 0 }
        }
        for v in positions.indices where newIndex[v] == 0 {
            newIndex[v] = UInt32(kept.positions.count)
            kept.positions.append(positions[v])
            if !normals.isEmpty { kept.normals.append(normals[v]) }
            if !colors.isEmpty { kept.colors.append(colors[v]) }
        }
        for i in kept.triangles.indices {
            let t = kept.triangles[i]
            kept.triangles[i] = SIMD3(newIndex[Int(t.x)], newIndex[Int(t.y)], newIndex[Int(t.z)])
        }
        return kept
    }
}
