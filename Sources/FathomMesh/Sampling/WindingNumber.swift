import FathomCore
import FathomFields
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// How often a mesh goes around a point: 1 inside and 0 outside of a closed mesh, between them near the gaps of an open one.
///
/// The sum of the triangles' solid angles over 4π (Jacobson et al., "Robust inside-outside segmentation using generalized winding
/// numbers", 2013). Triangles far away are taken together, as the dipole of their area vectors at their centre (Barill et al.,
/// "Fast winding numbers for soups and clouds", 2018): O(log n) per point, error below 1e-2. As a field, ½ − number, negative
/// inside; its zero closes gaps smoothly.
public struct WindingNumber: ScalarField {
    private struct Node {
        var center: SIMD3<Float>
        /// Distance from the centre within which all of it lies.
        var radius: Float
        /// Sum of the triangles' area vectors.
        var dipole: SIMD3<Float>
        /// Triangles `first..<end` of `corners`; for inner nodes those of both children, which stand at `left` and `left + 1`.
        var first: Int32
        var end: Int32
        var left: Int32
    }

    private let nodes: [Node]
    private let corners: [(SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)]
    /// A node is far when its centre is this many radii away.
    private static let far: Float = 3.2
    private static let leafSize = 8

    /// - Parameter mesh: triangles counter-clockwise seen from outside; may be open, or several pieces.
    public init(of mesh: Mesh) {
        var order = mesh.triangles.map { t in mesh.corners(t) }
        var nodes = [Node(center: .zero, radius: 0, dipole: .zero, first: 0, end: Int32(order.count), left: -1)]
        var next = 0
        while next < nodes.count {
            let range = Int(nodes[next].first)..<Int(nodes[next].end)
            Self.measure(&nodes[next], order[range])
            if range.count > Self.leafSize {
                let middle = Self.split(&order, range)
                nodes[next].left = Int32(nodes.count)
                for part in [range.lowerBound..<middle, middle..<range.upperBound] {
                    nodes.append(
                        Node(
                            center: .zero, radius: 0, dipole: .zero, first: Int32(part.lowerBound), end: Int32(part.upperBound),
                            left: -1))
                }
            }
            next += 1
        }
        self.nodes = nodes
        corners = order
    }

    private static func center(_ t: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)) -> SIMD3<Float> { (t.0 + t.1 + t.2) / 3 }

    private static func measure(_ node: inout Node, _ triangles: ArraySlice<(SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)>) {
        var (weighted, area) = (SIMD3<Float>.zero, Float(0))
        for t in triangles {
            let vector = cross(t.1 - t.0, t.2 - t.0) / 2
            let size = length(vector)
            node.dipole += vector
            weighted += center(t) * size
            area += size
        }
        node.center = area > 0 ? weighted / area : triangles.first.map(center) ?? .zero
        for t in triangles {
            for corner in [t.0, t.1, t.2] { node.radius = max(node.radius, length(corner - node.center)) }
        }
    }

    /// Parts triangles at the median of the longest side of their centres' box.
    private static func split(_ order: inout [(SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)], _ range: Range<Int>) -> Int {
        var (low, high) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
        for t in order[range] {
            low = pointwiseMin(low, center(t))
            high = pointwiseMax(high, center(t))
        }
        let size = high - low
        let axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2
        order[range].sort { center($0)[axis] < center($1)[axis] }
        return (range.lowerBound + range.upperBound) / 2
    }

    /// The winding number at a point.
    public func number(at point: SIMD3<Float>) -> Float {
        guard !corners.isEmpty else { return 0 }
        var sum: Float = 0
        var stack: [Int] = [0]
        while let index = stack.popLast() {
            let node = nodes[index]
            let offset = node.center - point
            let distance = length(offset)
            if distance > Self.far * node.radius {
                sum += dot(node.dipole, offset) / (distance * distance * distance)
            } else if node.left >= 0 {
                stack.append(Int(node.left))
                stack.append(Int(node.left) + 1)
            } else {
                for t in corners[Int(node.first)..<Int(node.end)] { sum += Self.solidAngle(t, point) }
            }
        }
        return sum / (4 * .pi)
    }

    /// Van Oosterom and Strackee, 1983.
    private static func solidAngle(_ t: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>), _ point: SIMD3<Float>) -> Float {
        let (a, b, c) = (t.0 - point, t.1 - point, t.2 - point)
        let (la, lb, lc) = (length(a), length(b), length(c))
        let numerator = dot(a, cross(b, c))
        let denominator = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb
        return 2 * atan2f(numerator, denominator)
    }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        for i in points.indices { values[i] = 0.5 - number(at: points[i]) }
    }
}

/// The distance to a mesh with the sign of its winding number, negative inside: a mesh with gaps is closed where that is ½.
///
/// Values jump there, from the distance to the rim on one side to that on the other, until the field is made a distance again
/// (`GridField`). For what must not be closed see `SignedMeshDistance`.
public struct ClosedMeshDistance: ScalarField {
    private let tree: TriangleBVH
    private let winding: WindingNumber

    public init(to mesh: Mesh) {
        tree = TriangleBVH(mesh)
        winding = WindingNumber(of: mesh)
    }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        tree.closest(to: points) { i, hit in
            let distance = hit.map { $0.distanceSquared.squareRoot() } ?? .infinity
            values[i] = winding.number(at: points[i]) > 0.5 ? -distance : distance
        }
    }

    /// Share of the mesh's area that has the inside behind it and the outside in front, by winding numbers: near 1 for a closed mesh
    /// with holes, small for a sheet, which has sides and no inside.
    ///
    /// - Parameter offset: how far behind and in front, world units.
    func agreeingShare(of mesh: Mesh, offset: Double, samples: Int = 2000) -> Double {
        let points = SurfacePoints(mesh, count: samples, seed: 0)
        let normals = points.normals(of: mesh)
        let agree = Array(points.points.indices).parallelMap { i in
            let step = normals[i] * Float(offset)
            return winding.number(at: points.points[i] - step) > 0.5 && winding.number(at: points.points[i] + step) < 0.5
        }
        return Double(agree.count { $0 }) / Double(max(1, agree.count))
    }
}
