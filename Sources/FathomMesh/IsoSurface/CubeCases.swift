import CKernels
import FathomCore

/// Triangulations of a cube cut by an iso-surface, for every sign of its corners and every decision on its ambiguous faces.
///
/// The lists are derived, not typed in: on every face, directed segments join the crossed edges; the segments form closed
/// loops; each loop becomes triangles, counter-clockwise seen from outside. Two cubes that take the same decision on their
/// common face produce the same segments there, so meshes built from these lists have no cracks, and every mesh edge has
/// exactly one oppositely oriented twin. A loop is cut into a fan only from a vertex whose diagonals join no two vertices of
/// one cube face (else a neighbour could own the same edge); where there is none, the fan surrounds the loop's centroid.
///
/// Numbering: corner 4x+2y+z. Edge 4a+k runs along axis a (x 0, y 1, z 2), k = 2p+q for the coordinates p, q of the two
/// other axes in ascending order. Face 2a+s is side s of axis a. Bit c of a case is set when corner c is inside.
package struct CubeCases: Sendable {
    /// The tables, built at first use.
    package static let shared = CubeCases()

    /// Per case, the ambiguous faces as a bit mask.
    package let ambiguousFaces: Buffer<UInt8>
    /// Per case, the index of its first variant; variants follow in the order of their decisions read as a number.
    package let firstVariant: Buffer<UInt16>
    /// Per variant (and one more), its first triangle.
    package let firstTriangle: Buffer<UInt16>
    /// Per variant (and one more), its first centroid.
    package let firstCentroid: Buffer<UInt16>
    /// Four bytes per triangle: three vertices (0–11 edges, 12 + i centroids) and a zero.
    package let triangles: Buffer<UInt8>
    /// Per centroid, the edges it averages as a bit mask.
    package let centroidEdges: Buffer<UInt16>

    /// The two corners of an edge, lower one first.
    package static func corners(ofEdge edge: Int) -> (Int, Int) {
        let (p, q) = (edge >> 1 & 1, edge & 1)
        return switch edge >> 2 {
        case 0: (2 * p + q, 4 + 2 * p + q)
        case 1: (4 * p + q, 4 * p + 2 + q)
        default: (4 * p + 2 * q, 4 * p + 2 * q + 1)
        }
    }

    /// Calls `body` with the tables as kernels take them, valid only during the call.
    package func withTables<Result>(_ body: (fathom_cube_cases) throws -> Result) rethrows -> Result {
        try withPointers(ambiguousFaces, firstVariant, firstTriangle, firstCentroid, triangles, centroidEdges) {
            ambiguousFaces, firstVariant, firstTriangle, firstCentroid, triangles, centroidEdges in
            try body(
                fathom_cube_cases(
                    ambiguous_faces: ambiguousFaces.base, first_variant: firstVariant.base, first_triangle: firstTriangle.base,
                    first_centroid: firstCentroid.base, triangles: triangles.base, centroid_edges: centroidEdges.base))
        }
    }

    private init() {
        var ambiguousFaces: [UInt8] = []
        var firstVariant: [UInt16] = []
        var firstTriangle: [UInt16] = [0]
        var firstCentroid: [UInt16] = [0]
        var triangles: [UInt8] = []
        var centroidEdges: [UInt16] = []
        for cube in 0..<256 {
            let ambiguous = (0..<6).filter { Self.isAmbiguous(face: $0, cube: cube) }
            ambiguousFaces.append(ambiguous.reduce(0) { $0 | 1 << $1 })
            firstVariant.append(UInt16(firstTriangle.count - 1))
            for decisions in 0..<(1 << ambiguous.count) {
                let connected = ambiguous.indices.filter { decisions >> $0 & 1 == 1 }.map { ambiguous[$0] }
                let firstOfVariant = centroidEdges.count
                for loop in Self.loops(cube: cube, connected: connected) {
                    if let fan = Self.fan(of: loop) {
                        triangles += fan
                    } else {
                        let centroid = 12 + centroidEdges.count - firstOfVariant
                        centroidEdges.append(loop.reduce(0) { $0 | 1 << $1 })
                        for i in loop.indices {
                            triangles += Self.triangle(loop[i], loop[(i + 1) % loop.count], centroid)
                        }
                    }
                }
                firstTriangle.append(UInt16(triangles.count / 4))
                firstCentroid.append(UInt16(centroidEdges.count))
            }
        }
        self.ambiguousFaces = Buffer(ambiguousFaces)
        self.firstVariant = Buffer(firstVariant)
        self.firstTriangle = Buffer(firstTriangle)
        self.firstCentroid = Buffer(firstCentroid)
        self.triangles = Buffer(triangles)  // a buffer's tail is readable for 64 bytes, as the kernels require
        self.centroidEdges = Buffer(centroidEdges)
    }

    /// The corners of a face, counter-clockwise seen from outside the cube.
    private static func corners(ofFace face: Int) -> [Int] {
        let (axis, side) = (face >> 1, face & 1)
        let normal = 4 >> axis
        let others = [4, 2, 1].filter { $0 != normal }
        let (u, v, base) = (others[0], others[1], side * normal)
        // u × v points along the axis except for y, because x × z = −y.
        let outward = (axis == 1) != (side == 1)
        return outward ? [base, base + u, base + u + v, base + v] : [base, base + v, base + u + v, base + u]
    }

    /// The edge between two corners that differ in one bit.
    private static func edge(between a: Int, _ b: Int) -> Int {
        let low = min(a, b)
        return switch a ^ b {
        case 4: low
        case 2: 4 + 2 * (low >> 2) + (low & 1)
        default: 8 + (low >> 1)
        }
    }

    private static func isInside(_ corner: Int, _ cube: Int) -> Bool { cube >> corner & 1 == 1 }

    private static func isAmbiguous(face: Int, cube: Int) -> Bool {
        let c = corners(ofFace: face).map { isInside($0, cube) }
        return c[0] == c[2] && c[1] == c[3] && c[0] != c[1]
    }

    /// The closed loops of crossed edges; `connected` are the ambiguous faces through which the inside connects.
    private static func loops(cube: Int, connected: [Int]) -> [[Int]] {
        var successor = [Int?](repeating: nil, count: 12)
        for face in 0..<6 {
            let corners = corners(ofFace: face)
            let edges = (0..<4).map { edge(between: corners[$0], corners[($0 + 1) & 3]) }
            let crossed = (0..<4).filter { isInside(corners[$0], cube) != isInside(corners[($0 + 1) & 3], cube) }
            // The walk leaves the inside at `leaving`; the segment that ends there starts at the crossing before it (cutting
            // off the inside corners between) or after it (cutting off the outside ones).
            for (position, leaving) in crossed.enumerated() where isInside(corners[leaving], cube) {
                let step = connected.contains(face) ? 1 : crossed.count - 1
                successor[edges[crossed[(position + step) % crossed.count]]] = edges[leaving]
            }
        }
        var loops: [[Int]] = []
        for start in 0..<12 where successor[start] != nil {
            var loop: [Int] = []
            var current = start
            while let next = successor[current] {
                loop.append(current)
                successor[current] = nil
                current = next
            }
            loops.append(loop)
        }
        return loops
    }

    /// Triangles of a fan whose diagonals join no two vertices on one cube face, or nil when there is none.
    private static func fan(of loop: [Int]) -> [UInt8]? {
        let count = loop.count
        let start = loop.indices.first { start in
            (2..<count - 1).allSatisfy { !shareFace(loop[start], loop[(start + $0) % count]) }
        }
        guard let start else { return nil }
        return (1..<count - 1).flatMap { triangle(loop[start], loop[(start + $0) % count], loop[(start + $0 + 1) % count]) }
    }

    private static func triangle(_ a: Int, _ b: Int, _ c: Int) -> [UInt8] { [UInt8(a), UInt8(b), UInt8(c), 0] }

    private static func shareFace(_ a: Int, _ b: Int) -> Bool {
        let (a0, a1) = corners(ofEdge: a)
        let (b0, b1) = corners(ofEdge: b)
        // Bits in which all four corners agree: a face fixes one coordinate.
        return ~((a0 ^ a1) | (a0 ^ b0) | (a0 ^ b1)) & 7 != 0
    }
}
