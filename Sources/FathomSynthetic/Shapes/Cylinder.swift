import FathomGeometry

/// A capped cylinder around the z axis of its own frame: columns, rods, poles.
public struct Cylinder: Sendable, BitwiseCopyable {
    /// Metres.
    public var radius: Double
    /// Half the length along z, metres.
    public var halfHeight: Double

    /// First t > 0 where the ray enters the cylinder, or infinity. Exact up to rounding.
    @inline(__always)
    func intersection(_ ray: Ray) -> Double {
        let (o, d) = (ray.origin, ray.direction)
        let across = d.x * d.x + d.y * d.y
        if across > 0 {
            let middle = -(o.x * d.x + o.y * d.y) / across
            let (x, y) = (o.x + middle * d.x, o.y + middle * d.y)
            let rest = radius * radius - x * x - y * y
            guard rest >= 0 else { return .infinity }
            let t = middle - (rest / across).squareRoot()
            if t > 0 && abs(o.z + t * d.z) <= halfHeight { return t }
        }
        guard d.z != 0 else { return .infinity }
        let t = ((d.z < 0 ? halfHeight : -halfHeight) - o.z) / d.z
        let (x, y) = (o.x + t * d.x, o.y + t * d.y)
        return t > 0 && x * x + y * y <= radius * radius ? t : .infinity
    }

    @inline(__always)
    func normal(at p: SIMD3<Double>) -> SIMD3<Double> {
        isOnCap(p) ? [0, 0, p.z < 0 ? -1 : 1] : normalize(SIMD3(p.x, p.y, 0))
    }

    /// Whether a point on the surface belongs to one of the two discs.
    @inline(__always)
    func isOnCap(_ p: SIMD3<Double>) -> Bool {
        halfHeight - abs(p.z) < radius - (p.x * p.x + p.y * p.y).squareRoot()
    }

    @inline(__always)
    func distance(to p: SIMD3<Double>) -> Double {
        let side = (p.x * p.x + p.y * p.y).squareRoot() - radius
        let cap = abs(p.z) - halfHeight
        let outside = SIMD2(max(side, 0), max(cap, 0))
        return (outside * outside).sum().squareRoot() + min(max(side, cap), 0)
    }
}
