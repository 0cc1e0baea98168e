import FathomGeometry

/// A ring around the z axis of its own frame: a tube whose centre line is a circle.
public struct Torus: Sendable, BitwiseCopyable {
    /// Of the centre line.
    public var radius: Double
    /// Radius of the tube, less than `radius`, metres.
    public var tube: Double

    /// First t > 0 where the ray enters the torus, or infinity.
    ///
    /// Sphere tracing (Hart 1996) through the bounding box until the distance is 10⁻¹⁰ of the radius; a ray that grazes
    /// the tube closer than that counts as a hit.
    func intersection(_ ray: Ray) -> Double {
        let scale = length(ray.direction)
        let half = SIMD3(radius + tube, radius + tube, tube)
        let (a, b) = ((-half - ray.origin) / ray.direction, (half - ray.origin) / ray.direction)
        let leave = pointwiseMax(a, b).min()
        var t = max(pointwiseMin(a, b).max(), 0)
        for _ in 0..<512 {
            if !(t <= leave) { return .infinity }
            let d = distance(to: ray.point(at: t))
            if d < 1e-10 * radius { return t > 0 ? t : .infinity }
            t += d / scale
        }
        return t
    }

    @inline(__always)
    func normal(at p: SIMD3<Double>) -> SIMD3<Double> {
        let ring = (p.x * p.x + p.y * p.y).squareRoot()
        let s = ring > 0 ? radius / ring : 0
        return normalize(SIMD3(p.x - p.x * s, p.y - p.y * s, p.z))
    }

    @inline(__always)
    func distance(to p: SIMD3<Double>) -> Double {
        let ring = (p.x * p.x + p.y * p.y).squareRoot() - radius
        return (ring * ring + p.z * p.z).squareRoot() - tube
    }
}
