import FathomCore
import FathomGeometry

/// Fewer triangles for the same shape: edges are collapsed, cheapest first, by Garland and Heckbert's quadric error (1997).
///
/// Topology is kept: a collapse must satisfy the link condition, so a manifold stays one, with the same number of handles
/// and borders. No triangle turns by more than 60 degrees in one collapse. Borders are held by planes perpendicular to them,
/// a thousand times as heavy as the surface. Colours are interpolated along collapsed edges, normals recomputed. The result
/// depends on the mesh and the limits alone. O(n log n): about four microseconds per triangle removed.
public enum QuadricSimplification {
    private static let borderWeight = 1e3

    /// Collapses edges of `mesh` until at most `triangleCount` triangles are left or none can be collapsed any more.
    ///
    /// - Parameter maxError: no vertex may lie farther from the planes of the triangles it stands for, in the root mean square
    ///   over their area, in world units.
    /// - Throws: `FathomError` when a triangle names a vertex that does not exist.
    public static func simplify(
        _ mesh: Mesh, triangleCount: Int = 0, maxError: Double = .infinity
    ) throws(FathomError) -> Mesh {
        let halfEdges = try HalfEdges(mesh)
        var collapsible = CollapsibleMesh(mesh, halfEdges)
        var quadrics = quadrics(of: collapsible, halfEdges)
        var queue = queue(collapsible, quadrics, halfEdges, maxError: maxError)
        while collapsible.triangleCount > triangleCount, let entry = queue.pop() {
            let (first, second) = (entry.first, entry.second)
            let (a, b) = (Int(first), Int(second))
            guard collapsible.versions[a] &+ collapsible.versions[b] == entry.stamp, collapsible.isUsed(second) else { continue }
            let sum = quadrics[a] + quadrics[b]
            let target = target(sum, collapsible.positions[a], collapsible.positions[b])
            guard collapsible.collapse(first, second, to: target.position) else { continue }
            quadrics[a] = sum
            for neighbor in collapsible.neighbors(of: first) {
                if let entry = Self.entry(first, neighbor, collapsible, quadrics, maxError) { queue.push(entry) }
            }
        }
        return collapsible.mesh(normals: !mesh.normals.isEmpty)
    }

    private static func quadrics(of mesh: CollapsibleMesh, _ halfEdges: HalfEdges) -> [Quadric] {
        var quadrics = [Quadric](repeating: Quadric(), count: mesh.positions.count)
        for t in 0..<mesh.triangleCount {
            let v = (0..<3).map { Int(halfEdges.starts[3 * t + $0]) }
            let p = v.map { mesh.positions[$0] }
            let quadric = Quadric(triangle: p[0], p[1], p[2])
            for i in 0..<3 { quadrics[v[i]] += quadric }
            for i in 0..<3 where halfEdges.twins[3 * t + i] < 0 {
                let j = (i + 1) % 3
                let edge = p[j] - p[i]
                let normal = normalize(cross(edge, cross(p[1] - p[0], p[2] - p[0])))
                for end in [v[i], v[j]] {
                    quadrics[end].addPlane(through: p[i], normal: normal, weight: borderWeight * dot(edge, edge))
                }
            }
        }
        return quadrics
    }

    private static func queue(
        _ mesh: CollapsibleMesh, _ quadrics: [Quadric], _ halfEdges: HalfEdges, maxError: Double
    ) -> CollapseQueue {
        var entries: [CollapseQueue.Entry] = []
        entries.reserveCapacity(halfEdges.twins.count / 2)
        for h in 0..<halfEdges.twins.count where halfEdges.twins[h] < h {
            let (a, b) = (halfEdges.starts[h], halfEdges.starts[HalfEdges.next(h)])
            if let entry = entry(a, b, mesh, quadrics, maxError) { entries.append(entry) }
        }
        return CollapseQueue(entries)
    }

    /// The entry of an edge, lower vertex first, or nil when its collapse would exceed the error limit.
    private static func entry(
        _ a: UInt32, _ b: UInt32, _ mesh: CollapsibleMesh, _ quadrics: [Quadric], _ maxError: Double
    ) -> CollapseQueue.Entry? {
        let (first, second) = (Int(min(a, b)), Int(max(a, b)))
        let sum = quadrics[first] + quadrics[second]
        let cost = target(sum, mesh.positions[first], mesh.positions[second]).cost
        guard cost <= maxError * maxError * sum.area else { return nil }
        return CollapseQueue.Entry(
            cost: Float(cost), first: UInt32(first), second: UInt32(second), stamp: mesh.versions[first] &+ mesh.versions[second])
    }

    /// Where the merged vertex goes: the minimum of the quadrics, else the better of the ends and their middle.
    private static func target(
        _ sum: Quadric, _ a: SIMD3<Double>, _ b: SIMD3<Double>
    ) -> (position: SIMD3<Double>, cost: Double) {
        if let minimum = sum.minimum { return (minimum, sum.value(at: minimum)) }
        var best = (position: a, cost: sum.value(at: a))
        for candidate in [(a + b) / 2, b] {
            let cost = sum.value(at: candidate)
            if cost < best.cost { best = (candidate, cost) }
        }
        return best
    }
}
