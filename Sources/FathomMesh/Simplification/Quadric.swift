import FathomGeometry

/// The sum of weighted squared distances to planes, as a quadratic function of a point (Garland and Heckbert, "Surface
/// simplification using quadric error metrics", 1997): vᵀAv + 2bᵀv + c.
struct Quadric {
    private var xx = 0.0, xy = 0.0, xz = 0.0, yy = 0.0, yz = 0.0, zz = 0.0
    private var bx = 0.0, by = 0.0, bz = 0.0
    private var c = 0.0
    /// Area of the triangles in the sum.
    private(set) var area = 0.0

    /// Pull of every triangle toward its centroid, relative to that toward its plane: it spreads vertices evenly where planes
    /// alone leave their place open, and keeps A well conditioned.
    private static let centering = 1e-5
    /// Largest condition number of A at which its minimum is trusted.
    private static let largestCondition = 1e6

    init() {}

    /// The quadric of a triangle's plane, weighted by its area.
    init(triangle a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) {
        let normal = cross(b - a, c - a)
        let area = length(normal) / 2
        guard area > 0 else { return }
        self.area = area
        addPlane(through: a, normal: normal / (2 * area), weight: area)
        let weight = area * Self.centering
        let center = (a + b + c) / 3
        xx += weight
        yy += weight
        zz += weight
        bx -= weight * center.x
        by -= weight * center.y
        bz -= weight * center.z
        self.c += weight * dot(center, center)
    }

    mutating func addPlane(through point: SIMD3<Double>, normal n: SIMD3<Double>, weight: Double) {
        let d = -dot(n, point)
        xx += weight * n.x * n.x
        xy += weight * n.x * n.y
        xz += weight * n.x * n.z
        yy += weight * n.y * n.y
        yz += weight * n.y * n.z
        zz += weight * n.z * n.z
        bx += weight * d * n.x
        by += weight * d * n.y
        bz += weight * d * n.z
        c += weight * d * d
    }

    static func + (l: Quadric, r: Quadric) -> Quadric {
        var sum = l
        sum += r
        return sum
    }

    static func += (l: inout Quadric, r: Quadric) {
        l.xx += r.xx
        l.xy += r.xy
        l.xz += r.xz
        l.yy += r.yy
        l.yz += r.yz
        l.zz += r.zz
        l.bx += r.bx
        l.by += r.by
        l.bz += r.bz
        l.c += r.c
        l.area += r.area
    }

    func value(at v: SIMD3<Double>) -> Double {
        let x = xx * v.x + xy * v.y + xz * v.z + 2 * bx
        let y = xy * v.x + yy * v.y + yz * v.z + 2 * by
        let z = xz * v.x + yz * v.y + zz * v.z + 2 * bz
        return max(0, x * v.x + y * v.y + z * v.z + c)
    }

    /// Where the function is smallest, or nil when A is too close to singular.
    var minimum: SIMD3<Double>? {
        // Cofactors of A, which is symmetric.
        let (cxx, cxy, cxz) = (yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy)
        let (cyy, cyz, czz) = (xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy)
        let determinant = xx * cxx + xy * cxy + xz * cxz
        let norm = (xx * xx + yy * yy + zz * zz + 2 * (xy * xy + xz * xz + yz * yz)).squareRoot()
        let cofactorNorm = (cxx * cxx + cyy * cyy + czz * czz + 2 * (cxy * cxy + cxz * cxz + cyz * cyz)).squareRoot()
        guard norm * cofactorNorm < Self.largestCondition * abs(determinant) else { return nil }
        let scale = -1 / determinant
        return SIMD3(
            (cxx * bx + cxy * by + cxz * bz) * scale, (cxy * bx + cyy * by + cyz * bz) * scale,
            (cxz * bx + cyz * by + czz * bz) * scale)
    }
}
