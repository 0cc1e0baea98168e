import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// Triangles of the analytic shapes, with exact normals. Corners lie on the surface; curved shapes deviate between them by
/// the sagitta of an edge.
struct Triangulation {
    /// Longest edge wanted, in metres; sides longer than 512 edges get longer ones.
    let spacing: Double
    var mesh = Mesh()
    /// The solid of each triangle, or `Solid.ground`.
    var owners: [Int] = []

    init(spacing: Double) {
        precondition(spacing > 0, "edges have a positive length")
        self.spacing = spacing
    }

    /// Appends a solid.
    mutating func add(_ solid: Solid, index: Int) {
        let worldFromShape = solid.shapeFromWorld.transposed
        func place(_ p: SIMD3<Double>) -> SIMD3<Double> { worldFromShape * p + solid.center }
        func turn(_ n: SIMD3<Double>) -> SIMD3<Double> { worldFromShape * n }
        let tau = 2 * Double.pi
        switch solid.shape {
        case .box(let box):
            for (axis, sign) in Self.faces {
                let (u, v) = Self.sides(axis, sign)
                patch(count(2 * box.halfSize[u]), count(2 * box.halfSize[v]), index) { s, t in
                    var p = SIMD3<Double>.zero
                    var n = SIMD3<Double>.zero
                    (p[axis], p[u], p[v]) = (
                        sign * box.halfSize[axis], (2 * s - 1) * box.halfSize[u], (2 * t - 1) * box.halfSize[v]
                    )
                    n[axis] = sign
                    return (place(p), turn(n))
                }
            }
        case .sphere(let sphere):
            let n = max(count(sphere.radius * tau / 4), 12)
            for (axis, sign) in Self.faces {
                let (u, v) = Self.sides(axis, sign)
                patch(n, n, index) { s, t in
                    var p = SIMD3<Double>.zero
                    (p[axis], p[u], p[v]) = (sign, tan((2 * s - 1) * .pi / 4), tan((2 * t - 1) * .pi / 4))
                    let n = normalize(p)
                    return (place(n * sphere.radius), turn(n))
                }
            }
        case .torus(let torus):
            let (around, across) = (max(count(tau * (torus.radius + torus.tube)), 48), max(count(tau * torus.tube), 32))
            patch(around, across, index) { s, t in
                let n = SIMD3(cos(tau * t) * cos(tau * s), cos(tau * t) * sin(tau * s), sin(tau * t))
                return (place(SIMD3(torus.radius * cos(tau * s), torus.radius * sin(tau * s), 0) + torus.tube * n), turn(n))
            }
        case .cylinder(let cylinder):
            let around = max(count(tau * cylinder.radius), 48)
            let (r, h) = (cylinder.radius, cylinder.halfHeight)
            patch(around, count(2 * h), index) { s, t in
                let n = SIMD3(cos(tau * s), sin(tau * s), 0)
                return (place(r * n + SIMD3(0, 0, (2 * t - 1) * h)), turn(n))
            }
            for sign in [-1.0, 1.0] {
                patch(count(r), around, index) { s, t in
                    let angle = sign * tau * t
                    return (place(SIMD3(r * s * cos(angle), r * s * sin(angle), sign * h)), turn([0, 0, sign]))
                }
            }
        }
    }

    /// Appends the ground: every cell split evenly, which keeps the surface exactly.
    mutating func add(_ surface: HeightField.Surface) {
        let pieces = count(surface.spacing)
        let (columns, rows) = ((surface.width - 1) * pieces, (surface.height - 1) * pieces)
        let size = surface.spacing * SIMD2(Double(surface.width - 1), Double(surface.height - 1))
        patch(columns, rows, Solid.ground) { s, t in
            let p = surface.origin + SIMD2(s, t) * size
            return (SIMD3(p.x, p.y, surface.elevation(p.x, p.y)), surface.smoothNormal(p.x, p.y))
        }
    }

    private static let faces = (0..<3).flatMap { [($0, -1.0), ($0, 1.0)] }

    /// The axes along a face, ordered so that their cross product points outwards.
    private static func sides(_ axis: Int, _ sign: Double) -> (Int, Int) {
        let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
        return sign > 0 ? (a, b) : (b, a)
    }

    private func count(_ length: Double) -> Int { Int(min(max((length / spacing).rounded(.up), 1), 512)) }

    /// A grid of `columns` × `rows` cells over a surface given for s, t in 0…1; ∂s × ∂t points outwards.
    private mutating func patch(
        _ columns: Int, _ rows: Int, _ owner: Int, _ surface: (Double, Double) -> (SIMD3<Double>, SIMD3<Double>)
    ) {
        let first = UInt32(mesh.positions.count)
        for j in 0...rows {
            for i in 0...columns {
                let (p, n) = surface(Double(i) / Double(columns), Double(j) / Double(rows))
                mesh.positions.append(SIMD3<Float>(p))
                mesh.normals.append(SIMD3<Float>(n))
            }
        }
        let stride = UInt32(columns + 1)
        for j in 0..<UInt32(rows) {
            for i in 0..<UInt32(columns) {
                let a = first + j * stride + i
                for corners in [SIMD3(a, a + 1, a + stride), SIMD3(a + stride + 1, a + stride, a + 1)] {
                    let (p, q, r) = (position(corners.x), position(corners.y), position(corners.z))
                    // The middle of a disc has cells without area.
                    if p == q || q == r || r == p { continue }
                    mesh.triangles.append(corners)
                    owners.append(owner)
                }
            }
        }
    }

    private func position(_ index: UInt32) -> SIMD3<Float> { mesh.positions[Int(index)] }
}
