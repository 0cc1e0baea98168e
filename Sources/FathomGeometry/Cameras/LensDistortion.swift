#if canImport(Glibc)
import Glibc
#endif

extension LensModel {
    /// Bends a ray: the undistorted point (x/z, y/z) to the point the lens puts on the normalised image plane.
    ///
    /// Forward models as COLMAP defines them: radial polynomial or rational factor in r², tangential terms
    /// 2p₁uv + p₂(r² + 2u²) and p₁(r² + 2v²) + 2p₂uv; fisheye scales by θd/r with θ = atan r.
    public func distort(_ p: SIMD2<Double>) -> SIMD2<Double> {
        distortWithJacobian(p).point
    }

    /// Straightens a point of the distorted normalised image plane: the inverse of `distort`.
    ///
    /// Newton's method from the distorted point. Returns nil where the model has no inverse on its monotonic part, which
    /// begins at the optical axis, or where the iteration does not reach 1e-12: such a pixel sees no ray of the model.
    public func undistort(_ distorted: SIMD2<Double>) -> SIMD2<Double>? {
        switch self {
        case .pinhole:
            return distorted
        case .fisheye(let k1, let k2, let k3, let k4):
            return Self.undistortFisheye(distorted, k1, k2, k3, k4)
        default:
            break
        }
        let scale = max(1, (distorted * distorted).sum().squareRoot())
        var p = distorted
        for _ in 0..<50 {
            let (value, j) = distortWithJacobian(p)
            let determinant = j.0 * j.3 - j.1 * j.2
            let error = value - distorted
            guard determinant > 1e-9, error.x.isFinite, error.y.isFinite else { return nil }
            let step = SIMD2(j.3 * error.x - j.1 * error.y, j.0 * error.y - j.2 * error.x) / determinant
            p -= step
            if (step * step).sum().squareRoot() <= 1e-14 * scale { break }
        }
        let (value, j) = distortWithJacobian(p)
        let error = value - distorted
        guard (error * error).sum().squareRoot() <= 1e-12 * scale, j.0 * j.3 - j.1 * j.2 > 1e-9 else { return nil }
        return p
    }

    /// The distorted point and the Jacobian of the model by rows (∂u'/∂u, ∂u'/∂v, ∂v'/∂u, ∂v'/∂v).
    package func distortWithJacobian(
        _ p: SIMD2<Double>
    ) -> (point: SIMD2<Double>, jacobian: (Double, Double, Double, Double)) {
        let s = (p * p).sum()
        switch self {
        case .pinhole:
            return (p, (1, 0, 0, 1))
        case .radial(let k1, let k2):
            return Self.apply(p, factor: 1 + s * (k1 + s * k2), slope: k1 + 2 * s * k2, p1: 0, p2: 0)
        case .openCV(let k1, let k2, let p1, let p2):
            return Self.apply(p, factor: 1 + s * (k1 + s * k2), slope: k1 + 2 * s * k2, p1: p1, p2: p2)
        case .fullOpenCV(let k1, let k2, let p1, let p2, let k3, let k4, let k5, let k6):
            let top = 1 + s * (k1 + s * (k2 + s * k3))
            let bottom = 1 + s * (k4 + s * (k5 + s * k6))
            let topSlope = k1 + s * (2 * k2 + 3 * s * k3)
            let bottomSlope = k4 + s * (2 * k5 + 3 * s * k6)
            return Self.apply(
                p, factor: top / bottom, slope: (topSlope * bottom - top * bottomSlope) / (bottom * bottom), p1: p1, p2: p2)
        case .fisheye(let k1, let k2, let k3, let k4):
            let r = s.squareRoot()
            if r < 1e-9 { return (p, (1, 0, 0, 1)) }
            let theta = atan(r)
            let t = theta * theta
            let bent = theta * (1 + t * (k1 + t * (k2 + t * (k3 + t * k4))))
            let bentSlope = 1 + t * (3 * k1 + t * (5 * k2 + t * (7 * k3 + t * 9 * k4)))
            let factor = bent / r
            // d(bent/r)/d(r²) = (bent'·θ'(r)·r − bent) / (2 r³) with θ'(r) = 1/(1 + r²).
            let slope = (bentSlope / (1 + s) * r - bent) / (2 * s * r)
            return Self.apply(p, factor: factor, slope: slope, p1: 0, p2: 0)
        }
    }

    /// Radial factor g(r²) with slope dg/d(r²), and tangential terms.
    private static func apply(
        _ p: SIMD2<Double>, factor g: Double, slope: Double, p1: Double, p2: Double
    ) -> (point: SIMD2<Double>, jacobian: (Double, Double, Double, Double)) {
        let (u, v) = (p.x, p.y)
        let s = u * u + v * v
        let point = SIMD2(
            u * g + 2 * p1 * u * v + p2 * (s + 2 * u * u),
            v * g + p1 * (s + 2 * v * v) + 2 * p2 * u * v)
        let mixed = 2 * u * v * slope + 2 * p1 * u + 2 * p2 * v
        return (
            point,
            (g + 2 * u * u * slope + 2 * p1 * v + 6 * p2 * u, mixed, mixed, g + 2 * v * v * slope + 6 * p1 * v + 2 * p2 * u)
        )
    }

    /// Solves θ(1 + k₁θ² + …) = |p| for θ < π/2 by Newton's method and returns the ray's tangent.
    private static func undistortFisheye(
        _ p: SIMD2<Double>, _ k1: Double, _ k2: Double, _ k3: Double, _ k4: Double
    ) -> SIMD2<Double>? {
        let bent = (p * p).sum().squareRoot()
        guard bent.isFinite else { return nil }
        if bent < 1e-9 { return p }
        var theta = min(bent, 1.5)
        for _ in 0..<50 {
            let t = theta * theta
            let value = theta * (1 + t * (k1 + t * (k2 + t * (k3 + t * k4))))
            let slope = 1 + t * (3 * k1 + t * (5 * k2 + t * (7 * k3 + t * 9 * k4)))
            guard slope > 1e-9, value.isFinite else { return nil }
            let step = (value - bent) / slope
            theta = min(max(theta - step, 0), .pi / 2)
            if abs(step) <= 1e-15 { break }
        }
        let t = theta * theta
        let value = theta * (1 + t * (k1 + t * (k2 + t * (k3 + t * k4))))
        guard theta > 0, theta < .pi / 2 - 1e-6, abs(value - bent) <= 1e-12 else { return nil }
        return p * (tan(theta) / bent)
    }
}

extension Camera {
    /// Where a point in camera coordinates appears, in continuous pixels of the stored (distorted) image; nil at or behind
    /// the camera's plane.
    public func project(_ pointInCamera: SIMD3<Double>) -> SIMD2<Double>? {
        guard pointInCamera.z > 0 else { return nil }
        let bent = lens.distort(SIMD2(pointInCamera.x, pointInCamera.y) / pointInCamera.z)
        return SIMD2(fx * bent.x + cx, fy * bent.y + cy)
    }

    /// The ray (u, v, 1) in camera coordinates through a continuous pixel of the stored image; nil where the lens model has
    /// no inverse.
    public func ray(through pixel: SIMD2<Double>) -> SIMD3<Double>? {
        lens.undistort(SIMD2((pixel.x - cx) / fx, (pixel.y - cy) / fy)).map { SIMD3($0.x, $0.y, 1) }
    }
}
