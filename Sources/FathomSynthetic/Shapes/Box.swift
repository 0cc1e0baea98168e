import FathomGeometry

/// An axis-aligned box around the origin of its own frame.
public struct Box: Sendable, BitwiseCopyable {
    /// Half the length along each axis, metres.
    public var halfSize: SIMD3<Double>

    /// First t > 0 where the ray enters the box, or infinity. Exact up to rounding.
    @inline(__always)
    func intersection(_ ray: Ray) -> Double {
        let inverse = 1 / ray.direction
        let a = (-halfSize - ray.origin) * inverse
        let b = (halfSize - ray.origin) * inverse
        let enter = pointwiseMin(a, b).max()
        let leave = pointwiseMax(a, b).min()
        return enter <= leave && enter > 0 ? enter : .infinity
    }

    /// The normal of the face nearest to a point on the surface.
    @inline(__always)
    func normal(at p: SIMD3<Double>) -> SIMD3<Double> {
        let q = p / halfSize
        let m = SIMD3(abs(q.x), abs(q.y), abs(q.z))
        if m.x >= m.y && m.x >= m.z { return [q.x < 0 ? -1 : 1, 0, 0] }
        if m.y >= m.z { return [0, q.y < 0 ? -1 : 1, 0] }
        return [0, 0, q.z < 0 ? -1 : 1]
    }

    /// Signed distance, negative inside.
    @inline(__always)
    func distance(to p: SIMD3<Double>) -> Double {
        let q = SIMD3(abs(p.x), abs(p.y), abs(p.z)) - halfSize
        return length(pointwiseMax(q, .zero)) + min(q.max(), 0)
    }
}
