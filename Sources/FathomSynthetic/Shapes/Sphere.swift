import FathomGeometry

/// A sphere around the origin of its own frame.
public struct Sphere: Sendable, BitwiseCopyable {
    /// Metres.
    public var radius: Double

    /// First t > 0 where the ray enters the sphere, or infinity. Exact up to rounding: the discriminant is formed from the
    /// ray's nearest point to the centre, which does not cancel for far rays.
    @inline(__always)
    func intersection(_ ray: Ray) -> Double {
        let squared = dot(ray.direction, ray.direction)
        let middle = -dot(ray.origin, ray.direction) / squared
        let nearest = ray.point(at: middle)
        let rest = radius * radius - dot(nearest, nearest)
        guard rest >= 0 else { return .infinity }
        let t = middle - (rest / squared).squareRoot()
        return t > 0 ? t : .infinity
    }

    @inline(__always)
    func normal(at p: SIMD3<Double>) -> SIMD3<Double> { normalize(p) }

    @inline(__always)
    func distance(to p: SIMD3<Double>) -> Double { length(p) - radius }
}
