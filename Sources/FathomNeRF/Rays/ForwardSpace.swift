import FathomGeometry

/// Normalised device coordinates of a reference camera: what it sees from a near plane to infinity becomes a box.
///
/// A point p of the reference camera lies at q = slope · (p.x, p.y) / p.z across the image and at t = 1 − near / p.z in depth. Lines
/// stay lines, and t grows with inverse depth as far as pixels can tell depths apart (Mildenhall et al., "NeRF", 2020, appendix C).
public struct ForwardSpace: Sendable, Equatable {
    /// `referenceFromWorld`.
    public var reference: Pose
    /// Depth of the near plane before the reference camera, scene units.
    public var near: Double
    /// Twice the focal length per width and per height.
    public var slope: SIMD2<Double>
    /// The part of q that the cube covers.
    public var lower: SIMD2<Double>
    public var upper: SIMD2<Double>

    public init(reference: Pose, near: Double, slope: SIMD2<Double>, lower: SIMD2<Double>, upper: SIMD2<Double>) {
        self.reference = reference
        self.near = near
        self.slope = slope
        self.lower = lower
        self.upper = upper
    }

    /// q at t = 0 and at t = 1 of a ray, and its start and direction in the reference camera; nil for rays that run away from it.
    func ends(
        from center: SIMD3<Double>, along direction: SIMD3<Double>
    ) -> (near: SIMD2<Double>, far: SIMD2<Double>, start: SIMD3<Double>, step: SIMD3<Double>)? {
        let (c, v) = (reference * center, reference.rotation * direction)
        guard v.z > 1e-6 * FathomGeometry.length(v) else { return nil }
        let p = c + (near - c.z) / v.z * v
        return (slope * SIMD2(p.x, p.y) / near, slope * SIMD2(v.x, v.y) / v.z, c, v)
    }

    func ray(from center: SIMD3<Double>, along direction: SIMD3<Double>) -> Ray {
        let view = SIMD3<Float>(normalize(direction))
        guard let (first, last, c, v) = ends(from: center, along: direction) else {
            return Ray(
                origin: .zero, direction: .zero, viewDirection: view, range: 0...0, length: 0, depth: RayDepth(a: 0, b: 1, c: 0))
        }
        let (origin, direction) = ((first - lower) / (upper - lower), (last - first) / (upper - lower))
        let across = last - first
        // Where the camera stands beyond the near plane, the ray starts with the camera.
        let start = c.z > near ? 1 - near / c.z : 0
        return Ray(
            origin: SIMD3(Float(origin.x), Float(origin.y), 0), direction: SIMD3(Float(direction.x), Float(direction.y), 1),
            viewDirection: view, range: Float(start)...1,
            length: Float((across.x * across.x + across.y * across.y + 4).squareRoot()),
            depth: RayDepth(a: (near - c.z) / v.z, b: c.z / v.z, c: -1))
    }

    func cubePosition(of point: SIMD3<Double>) -> SIMD3<Double> {
        let p = reference * point
        let q = (slope * SIMD2(p.x, p.y) / p.z - lower) / (upper - lower)
        return SIMD3(q.x, q.y, 1 - near / p.z)
    }
}
