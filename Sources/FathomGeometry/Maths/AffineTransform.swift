/// `point ↦ matrix * point + offset`.
public struct AffineTransform: Sendable, Equatable {
    public var matrix: Matrix3
    public var offset: SIMD3<Double>

    public init(matrix: Matrix3, offset: SIMD3<Double>) {
        self.matrix = matrix
        self.offset = offset
    }
}
