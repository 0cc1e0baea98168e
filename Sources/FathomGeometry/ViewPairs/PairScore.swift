#if canImport(Glibc)
import Glibc
#endif

/// How well two rays that meet at a point triangulate it.
enum PairScore {
    /// exp(−(θ − 5°)²/(2σ²)) with σ = 1° below 5° and 10° above: small angles triangulate badly, large ones match badly.
    static func weight(degrees theta: Double) -> Double {
        let sigma = theta <= 5 ? 1.0 : 10.0
        let d = (theta - 5) / sigma
        return exp(-d * d / 2)
    }

    /// The angle at `point` between the centres `a` and `b`, in degrees.
    static func degrees(at point: SIMD3<Double>, _ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        degrees(between: a - point, b - point)
    }

    /// The angle between two vectors in degrees, exact also for tiny angles.
    static func degrees(between u: SIMD3<Double>, _ v: SIMD3<Double>) -> Double {
        atan2(length(cross(u, v)), dot(u, v)) * 180 / .pi
    }
}
