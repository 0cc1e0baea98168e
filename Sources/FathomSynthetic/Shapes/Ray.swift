/// Points `origin + t · direction`, t > 0. The direction need not have length 1.
public struct Ray: Sendable, BitwiseCopyable {
    /// World or shape coordinates, metres.
    public var origin: SIMD3<Double>
    /// Of any length; it is the unit of t.
    public var direction: SIMD3<Double>

    /// A ray from `origin`.
    public init(origin: SIMD3<Double>, direction: SIMD3<Double>) {
        self.origin = origin
        self.direction = direction
    }

    /// The point origin + t · direction.
    @inline(__always)
    public func point(at t: Double) -> SIMD3<Double> { origin + t * direction }
}
