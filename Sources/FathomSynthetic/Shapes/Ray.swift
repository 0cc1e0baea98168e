/// Points `origin + t · direction`, t > 0. The direction need not have length 1.
public struct Ray: Sendable, BitwiseCopyable {
    public var origin: SIMD3<Double>
    public var direction: SIMD3<Double>

    public init(origin: SIMD3<Double>, direction: SIMD3<Double>) {
        self.origin = origin
        self.direction = direction
    }

    @inline(__always)
    public func point(at t: Double) -> SIMD3<Double> { origin + t * direction }
}
