import FathomCore
import FathomGeometry

/// Points spread evenly over the area of a mesh, with their barycentric shares.
///
/// Systematic sampling: the areas are laid out in a row and met at equal steps, so that each triangle gets its share of points up
/// to one; inside of a triangle points follow the sequence of Roberts (2018). The same mesh and seed give the same points.
struct SurfacePoints {
    let points: [SIMD3<Float>]
    let triangles: [UInt32]
    private let shares: [SIMD3<Float>]

    init(_ mesh: Mesh, count: Int, seed: UInt64) {
        var total = 0.0
        let ends = mesh.triangles.map { t -> Double in
            total += Double(length(mesh.areaVector(t)))
            return total
        }
        guard total > 0, count > 0 else {
            (points, triangles, shares) = ([], [], [])
            return
        }
        var random = SeededRandom(seed: seed)
        let (offset, u0, v0) = (random.uniform(), random.uniform(), random.uniform())
        var (points, triangles, shares) = ([SIMD3<Float>](), [UInt32](), [SIMD3<Float>]())
        var triangle = 0
        for i in 0..<count {
            let target = (Double(i) + offset) / Double(count) * total
            while triangle + 1 < ends.count && ends[triangle] < target { triangle += 1 }
            var u = (u0 + Double(i) * 0.754_877_666_246_692_8).truncatingRemainder(dividingBy: 1)
            var v = (v0 + Double(i) * 0.569_840_290_998_053_3).truncatingRemainder(dividingBy: 1)
            if u + v > 1 { (u, v) = (1 - u, 1 - v) }
            let share = SIMD3(Float(1 - u - v), Float(u), Float(v))
            let (a, b, c) = mesh.corners(mesh.triangles[triangle])
            points.append(a * share.x + b * share.y + c * share.z)
            triangles.append(UInt32(triangle))
            shares.append(share)
        }
        (self.points, self.triangles, self.shares) = (points, triangles, shares)
    }

    /// Of each point, the normal of its triangle.
    func normals(of mesh: Mesh) -> [SIMD3<Float>] {
        triangles.map { t in
            let vector = mesh.areaVector(mesh.triangles[Int(t)])
            return vector / max(length(vector), .leastNormalMagnitude)
        }
    }

    /// Hands what moves point `i` to the corners of its triangle.
    func distribute(_ gradient: SIMD3<Float>, from i: Int, _ mesh: Mesh, into gradients: inout [SIMD3<Float>]) {
        let corners = mesh.triangles[Int(triangles[i])]
        for corner in 0..<3 { gradients[Int(corners[corner])] += gradient * shares[i][corner] }
    }
}
