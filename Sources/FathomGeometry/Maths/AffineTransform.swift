/// `point ↦ matrix * point + offset`.
public struct AffineTransform: Sendable, Equatable {
    /// The linear part; any matrix, mirrors and scales included.
    public var matrix: Matrix3
    /// Where the origin goes.
    public var offset: SIMD3<Double>

    /// The transform with these parts, as they are.
    public init(matrix: Matrix3, offset: SIMD3<Double>) {
        self.matrix = matrix
        self.offset = offset
    }
}
