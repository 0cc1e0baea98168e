import FathomCore

/// A tree of boxes over the triangles of a mesh, for closest-point queries.
///
/// Built top-down with the surface-area heuristic over 16 bins (Wald, "On fast construction of SAH-based bounding volume
/// hierarchies", 2007); O(n log n) to build, 32 bytes per node and 48 per triangle. Queries are safe from several threads.
public struct TriangleBVH: Sendable {
    /// Which part of a triangle a point lies on.
    public enum Feature: Sendable, Equatable {
        case face
        /// The edge from corner i to corner (i + 1) mod 3.
        case edge(Int)
        case corner(Int)
    }

    /// The point of the mesh closest to a query.
    public struct Hit: Sendable {
        /// Index into the mesh's triangles.
        public var triangle: Int
        public var point: SIMD3<Float>
        public var distanceSquared: Float
        public var feature: Feature
    }

    /// A box and what it holds: two children, side by side, or the triangles of a leaf.
    struct Node {
        /// Lane 3: bits of the first child's or first triangle's index.
        var lower: SIMD4<Float>
        /// Lane 3: bits of the number of triangles; 0 for an inner node.
        var upper: SIMD4<Float>

        var first: Int { Int(lower.w.bitPattern) }
        var count: Int { Int(upper.w.bitPattern) }

        /// Squared distance from `p` (lane 3 ignored) to the box.
        @inline(__always)
        func distanceSquared(_ p: SIMD4<Float>) -> Float {
            let outside = pointwiseMax(pointwiseMax(lower - p, p - upper), .zero)
            let squares = outside * outside
            return squares.x + squares.y + squares.z
        }
    }

    /// Corners of a triangle; lane 3 of the first holds the bits of its index in the mesh.
    struct Corners {
        var a: SIMD4<Float>
        var b: SIMD4<Float>
        var c: SIMD4<Float>
    }

    let nodes: Buffer<Node>
    /// In the order of the leaves.
    let corners: Buffer<Corners>

    /// The tree of all triangles of `mesh`, whose indices must be valid.
    public init(_ mesh: Mesh) {
        var builder = TriangleBVHBuilder(mesh)
        builder.build()
        nodes = Buffer(builder.nodes)
        corners = Buffer(
            builder.order.map { index in
                let t = mesh.triangles[Int(index)]
                var a = SIMD4(mesh.positions[Int(t.x)], 0)
                a.w = Float(bitPattern: index)
                return Corners(a: a, b: SIMD4(mesh.positions[Int(t.y)], 0), c: SIMD4(mesh.positions[Int(t.z)], 0))
            })
    }

    /// The closest point nearer than `limit`, or nil. `limit` is a world distance.
    public func closest(to point: SIMD3<Float>, within limit: Float = .infinity) -> Hit? {
        var search = Search(point: point, limitSquared: limit * limit)
        nodes.withPointer { nodes in
            corners.withPointer { corners in search.run(nodes, corners, nodeCount: self.nodes.count) }
        }
        return search.hit(corners)
    }

    /// The closest points to many queries, in order. Neighbouring queries that are close to each other are fast, because the
    /// answer to one bounds the search for the next.
    public func closest(to points: UnsafeBufferPointer<SIMD3<Float>>, _ body: (Int, Hit?) -> Void) {
        nodes.withPointer { nodes in
            corners.withPointer { corners in
                var previous = -1
                for i in points.indices {
                    var search = Search(point: points[i], limitSquared: .infinity)
                    if previous >= 0 { search.visit(corners, previous) }
                    search.run(nodes, corners, nodeCount: self.nodes.count)
                    previous = search.best
                    body(i, search.hit(self.corners))
                }
            }
        }
    }

    /// A closest-point query under way.
    private struct Search {
        let point: SIMD4<Float>
        /// The best triangle so far, in the order of the leaves.
        var best = -1
        var limitSquared: Float

        init(point: SIMD3<Float>, limitSquared: Float) {
            self.point = SIMD4(point, 0)
            self.limitSquared = limitSquared
        }

        @inline(__always)
        mutating func visit(_ corners: UnsafePointer<Corners>, _ index: Int) {
            let offset = ClosestPoint(on: corners[index], to: point).offset
            let distanceSquared = (offset * offset).xyzSum
            if distanceSquared < limitSquared {
                limitSquared = distanceSquared
                best = index
            }
        }

        mutating func run(_ nodes: UnsafePointer<Node>, _ corners: UnsafePointer<Corners>, nodeCount: Int) {
            guard nodeCount > 0 else { return }
            // A node's depth is at most 64 (see the builder), and each level leaves one sibling behind.
            withUnsafeTemporaryAllocation(of: (node: Int, distanceSquared: Float).self, capacity: 66) { stack in
                var top = 1
                stack[0] = (0, nodes[0].distanceSquared(point))
                while top > 0 {
                    top -= 1
                    guard stack[top].distanceSquared < limitSquared else { continue }
                    let node = nodes[stack[top].node]
                    if node.count > 0 {
                        for index in node.first..<node.first + node.count { visit(corners, index) }
                        continue
                    }
                    let left = (node: node.first, distanceSquared: nodes[node.first].distanceSquared(point))
                    let right = (node: node.first + 1, distanceSquared: nodes[node.first + 1].distanceSquared(point))
                    let leftIsNearer = left.distanceSquared <= right.distanceSquared
                    stack[top] = leftIsNearer ? right : left
                    stack[top + 1] = leftIsNearer ? left : right
                    top += 2
                }
            }
        }

        func hit(_ corners: Buffer<Corners>) -> Hit? {
            guard best >= 0 else { return nil }
            let triangle = corners[best]
            let closest = ClosestPoint(on: triangle, to: point)
            let onMesh = point + closest.offset
            return Hit(
                triangle: Int(triangle.a.w.bitPattern), point: SIMD3(onMesh.x, onMesh.y, onMesh.z),
                distanceSquared: (closest.offset * closest.offset).xyzSum, feature: closest.feature)
        }
    }
}

/// The point of a triangle closest to a query, by the region of the triangle's plane that holds its projection (Ericson,
/// Real-Time Collision Detection, 2005, §5.1.5).
private struct ClosestPoint {
    /// From the query to the closest point; lane 3 is meaningless.
    var offset: SIMD4<Float>
    var feature: TriangleBVH.Feature

    @inline(__always)
    init(on triangle: TriangleBVH.Corners, to p: SIMD4<Float>) {
        let ab = triangle.b - triangle.a
        let ac = triangle.c - triangle.a
        let ap = p - triangle.a
        let d1 = (ab * ap).xyzSum
        let d2 = (ac * ap).xyzSum
        if d1 <= 0 && d2 <= 0 {
            (offset, feature) = (-ap, .corner(0))
            return
        }
        let bp = p - triangle.b
        let d3 = (ab * bp).xyzSum
        let d4 = (ac * bp).xyzSum
        if d3 >= 0 && d4 <= d3 {
            (offset, feature) = (-bp, .corner(1))
            return
        }
        let cp = p - triangle.c
        let d5 = (ab * cp).xyzSum
        let d6 = (ac * cp).xyzSum
        if d6 >= 0 && d5 <= d6 {
            (offset, feature) = (-cp, .corner(2))
            return
        }
        let vc = d1 * d4 - d3 * d2
        if vc <= 0 && d1 >= 0 && d3 <= 0 {
            (offset, feature) = (ab * (d1 / (d1 - d3)) - ap, .edge(0))
            return
        }
        let vb = d5 * d2 - d1 * d6
        if vb <= 0 && d2 >= 0 && d6 <= 0 {
            (offset, feature) = (ac * (d2 / (d2 - d6)) - ap, .edge(2))
            return
        }
        let va = d3 * d6 - d5 * d4
        if va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0 {
            let w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
            (offset, feature) = ((triangle.c - triangle.b) * w - bp, .edge(1))
            return
        }
        let scale = 1 / (va + vb + vc)
        (offset, feature) = (ab * (vb * scale) + ac * (vc * scale) - ap, .face)
    }
}

extension SIMD4<Float> {
    @inline(__always)
    fileprivate var xyzSum: Float { x + y + z }
}
