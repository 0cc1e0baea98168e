/// A number at every point of the world, such as a signed distance (negative inside) or an occupancy.
public protocol ScalarField: Sendable {
    /// Writes the value at each of `points` to `values`, which has room for as many.
    ///
    /// Called from several threads at once; the value at a point must not depend on the other points.
    func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>)
}

/// A field given by a formula.
public struct FormulaField: ScalarField {
    private let formula: @Sendable (SIMD3<Float>) -> Float

    public init(_ formula: @escaping @Sendable (SIMD3<Float>) -> Float) {
        self.formula = formula
    }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        for i in points.indices { values[i] = formula(points[i]) }
    }
}
