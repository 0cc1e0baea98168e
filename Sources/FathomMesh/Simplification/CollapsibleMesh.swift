import FathomCore
import FathomGeometry

/// A mesh whose edges can be collapsed one after the other without changing its topology.
///
/// Positions are relative to the centre of the mesh, in double precision. Every vertex has a ring: the list of corners
/// (3t + i) of its triangles.
struct CollapsibleMesh {
    private(set) var positions: [SIMD3<Double>]
    private(set) var triangleCount: Int
    /// Grows whenever the vertex moves.
    private(set) var versions: [UInt32]
    private(set) var isOnBorder: [Bool]
    /// Vertex of each corner; a dead triangle's corners keep their last value.
    private var corners: [UInt32]
    private var isAlive: [Bool]
    /// Number of live triangles around each vertex.
    private var valences: [Int32]
    /// Rings: first corner of each vertex, next corner of each corner, -1 at the end. May hold corners of dead triangles.
    private var firstCorners: [Int32]
    private var nextCorners: [Int32]
    private var colors: [SIMD3<Float>]
    private let origin: SIMD3<Double>
    /// When a vertex was last marked as a neighbour.
    private var marks: [UInt32]
    private var tick: UInt32 = 0
    private var ringOfFirst: [Int32] = []
    private var ringOfSecond: [Int32] = []

    /// Cosine of the largest angle, 60 degrees, by which a collapse may turn a triangle.
    private static let smallestTurn = 0.5

    init(_ mesh: Mesh, _ halfEdges: HalfEdges) {
        var (lower, upper) = (SIMD3<Double>(repeating: .infinity), SIMD3<Double>(repeating: -.infinity))
        for p in mesh.positions {
            lower = pointwiseMin(lower, SIMD3<Double>(p))
            upper = pointwiseMax(upper, SIMD3<Double>(p))
        }
        let origin = mesh.positions.isEmpty ? .zero : (lower + upper) / 2
        self.origin = origin
        positions = mesh.positions.map { SIMD3<Double>($0) - origin }
        colors = mesh.colors.map { SIMD3<Float>($0) }
        triangleCount = mesh.triangles.count
        corners = halfEdges.starts.array
        isAlive = [Bool](repeating: true, count: triangleCount)
        versions = [UInt32](repeating: 0, count: positions.count)
        isOnBorder = [Bool](repeating: false, count: positions.count)
        valences = [Int32](repeating: 0, count: positions.count)
        firstCorners = [Int32](repeating: -1, count: positions.count)
        nextCorners = [Int32](repeating: -1, count: corners.count)
        marks = [UInt32](repeating: 0, count: positions.count)
        let twins = halfEdges.twins.array
        for corner in corners.indices.reversed() {
            let v = Int(corners[corner])
            nextCorners[corner] = firstCorners[v]
            firstCorners[v] = Int32(corner)
            valences[v] += 1
            if twins[corner] < 0 {
                isOnBorder[v] = true
                isOnBorder[Int(corners[HalfEdges.next(corner)])] = true
            }
        }
    }

    /// Collapses the edge between two vertices to `first`, moved to `position`, if that keeps the surface a surface and turns
    /// no triangle by more than 60 degrees; tells whether it did. `second` is gone then.
    mutating func collapse(_ first: UInt32, _ second: UInt32, to position: SIMD3<Double>) -> Bool {
        Self.collectRing(of: first, &firstCorners, &nextCorners, isAlive, &ringOfFirst)
        Self.collectRing(of: second, &firstCorners, &nextCorners, isAlive, &ringOfSecond)
        guard keepsTopology(first, second), keepsOrientation(ringOfFirst, without: second, at: position),
            keepsOrientation(ringOfSecond, without: first, at: position)
        else { return false }
        blendColors(Int(first), Int(second), at: position)
        var removed: Int32 = 0
        for corner in ringOfSecond {
            let t = Int(corner) / 3
            if isCorner(first, of: t) {
                isAlive[t] = false
                for c in 3 * t..<3 * t + 3 { valences[Int(corners[c])] -= 1 }
                removed += 1
            } else {
                corners[Int(corner)] = first
                nextCorners[Int(corner)] = firstCorners[Int(first)]
                firstCorners[Int(first)] = corner
                valences[Int(first)] += 1
            }
        }
        triangleCount -= Int(removed)
        firstCorners[Int(second)] = -1
        valences[Int(second)] = 0
        positions[Int(first)] = position
        isOnBorder[Int(first)] = isOnBorder[Int(first)] || isOnBorder[Int(second)]
        versions[Int(first)] &+= 1
        versions[Int(second)] &+= 1
        return true
    }

    /// Whether a vertex still has triangles.
    func isUsed(_ vertex: UInt32) -> Bool { valences[Int(vertex)] > 0 }

    /// The neighbours of a vertex, in the order of its ring.
    mutating func neighbors(of vertex: UInt32) -> [UInt32] {
        Self.collectRing(of: vertex, &firstCorners, &nextCorners, isAlive, &ringOfFirst)
        tick &+= 1
        var neighbors: [UInt32] = []
        neighbors.reserveCapacity(ringOfFirst.count + 1)
        for corner in ringOfFirst {
            for neighbor in [corners[HalfEdges.next(Int(corner))], corners[HalfEdges.previous(Int(corner))]]
            where marks[Int(neighbor)] != tick {
                marks[Int(neighbor)] = tick
                neighbors.append(neighbor)
            }
        }
        return neighbors
    }

    /// What is left, without unused vertices; normals are recomputed if asked for.
    func mesh(normals: Bool) -> Mesh {
        var mesh = Mesh()
        var newIndex = [UInt32](repeating: .max, count: positions.count)
        for v in positions.indices where valences[v] > 0 {
            newIndex[v] = UInt32(mesh.positions.count)
            mesh.positions.append(SIMD3<Float>(positions[v] + origin))
            if !colors.isEmpty {
                mesh.colors.append(SIMD3<UInt8>(colors[v].rounded(.toNearestOrEven), rounding: .toNearestOrEven))
            }
        }
        mesh.triangles.reserveCapacity(triangleCount)
        for t in isAlive.indices where isAlive[t] {
            mesh.triangles.append(
                SIMD3(newIndex[Int(corners[3 * t])], newIndex[Int(corners[3 * t + 1])], newIndex[Int(corners[3 * t + 2])]))
        }
        if normals { mesh.normals = mesh.vertexNormals() }
        return mesh
    }

    /// Lists the corners of live triangles around a vertex and drops the others from its ring.
    private static func collectRing(
        of vertex: UInt32, _ first: inout [Int32], _ next: inout [Int32], _ isAlive: [Bool], _ ring: inout [Int32]
    ) {
        ring.removeAll(keepingCapacity: true)
        var corner = first[Int(vertex)]
        while corner >= 0 {
            if isAlive[Int(corner) / 3] {
                if let previous = ring.last { next[Int(previous)] = corner } else { first[Int(vertex)] = corner }
                ring.append(corner)
            }
            corner = next[Int(corner)]
        }
        if let last = ring.last { next[Int(last)] = -1 } else { first[Int(vertex)] = -1 }
    }

    @inline(__always)
    private func isCorner(_ vertex: UInt32, of t: Int) -> Bool {
        corners[3 * t] == vertex || corners[3 * t + 1] == vertex || corners[3 * t + 2] == vertex
    }

    /// The link condition (Dey, Edelsbrunner, Guha and Nekhayev 1999): the ends have no common neighbours but the tips of the
    /// triangles at the edge, and no tip is left with a double triangle.
    private mutating func keepsTopology(_ first: UInt32, _ second: UInt32) -> Bool {
        tick &+= 2
        var shared = 0
        for corner in ringOfFirst {
            let (b, c) = (corners[HalfEdges.next(Int(corner))], corners[HalfEdges.previous(Int(corner))])
            marks[Int(b)] = tick
            marks[Int(c)] = tick
            if b == second || c == second {
                shared += 1
                let tip = Int(b == second ? c : b)
                if valences[tip] < (isOnBorder[tip] ? 2 : 4) { return false }
            }
        }
        guard shared == 1 || (shared == 2 && !(isOnBorder[Int(first)] && isOnBorder[Int(second)])) else { return false }
        var common = 0
        for corner in ringOfSecond {
            for c in [HalfEdges.next(Int(corner)), HalfEdges.previous(Int(corner))] {
                let neighbor = corners[c]
                if neighbor != first && marks[Int(neighbor)] == tick {
                    common += 1
                    marks[Int(neighbor)] = tick &- 1
                }
            }
        }
        return common == shared
    }

    /// Whether the triangles of a ring, but for those that hold `other`, keep their direction when its vertex moves.
    private func keepsOrientation(_ ring: [Int32], without other: UInt32, at position: SIMD3<Double>) -> Bool {
        for corner in ring {
            let (b, c) = (corners[HalfEdges.next(Int(corner))], corners[HalfEdges.previous(Int(corner))])
            if b == other || c == other { continue }
            let (pb, pc) = (positions[Int(b)], positions[Int(c)])
            let before = cross(pb - positions[Int(corners[Int(corner)])], pc - positions[Int(corners[Int(corner)])])
            let after = cross(pb - position, pc - position)
            let scale = (dot(before, before) * dot(after, after)).squareRoot()
            guard dot(before, after) >= Self.smallestTurn * scale, dot(after, after) > 0 else { return false }
        }
        return true
    }

    private mutating func blendColors(_ first: Int, _ second: Int, at position: SIMD3<Double>) {
        guard !colors.isEmpty else { return }
        let edge = positions[second] - positions[first]
        let t = Float(min(max(dot(position - positions[first], edge) / max(dot(edge, edge), .leastNormalMagnitude), 0), 1))
        colors[first] += t * (colors[second] - colors[first])
    }
}
