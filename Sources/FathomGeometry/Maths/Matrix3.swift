/// A 3×3 matrix of doubles, stored by rows.
public struct Matrix3: Sendable, Equatable, BitwiseCopyable {
    /// First row.
    public var row0: SIMD3<Double>
    /// Second row.
    public var row1: SIMD3<Double>
    /// Third row.
    public var row2: SIMD3<Double>

    /// A matrix from its rows.
    @inlinable
    public init(rows row0: SIMD3<Double>, _ row1: SIMD3<Double>, _ row2: SIMD3<Double>) {
        self.row0 = row0
        self.row1 = row1
        self.row2 = row2
    }

    /// From nine numbers, row by row.
    public init(rowMajor v: [Double]) {
        precondition(v.count == 9, "a 3×3 matrix has nine numbers")
        self.init(rows: [v[0], v[1], v[2]], [v[3], v[4], v[5]], [v[6], v[7], v[8]])
    }

    /// Ones on the diagonal.
    public static let identity = Matrix3(rows: [1, 0, 0], [0, 1, 0], [0, 0, 1])

    /// The matrix that scales the axes by `d`.
    public static func diagonal(_ d: SIMD3<Double>) -> Matrix3 { Matrix3(rows: [d.x, 0, 0], [0, d.y, 0], [0, 0, d.z]) }

    /// Nine numbers, row by row.
    public var rowMajor: [Double] {
        [row0.x, row0.y, row0.z, row1.x, row1.y, row1.z, row2.x, row2.y, row2.z]
    }

    /// First column: where the x axis goes.
    /// Second column: where the y axis goes.
    /// Third column: where the z axis goes.
    /// Rows and columns exchanged; the inverse of a rotation.
    /// Volume of the image of the unit cube; negative for a matrix that mirrors.
    @inlinable public var column0: SIMD3<Double> { [row0.x, row1.x, row2.x] }
    @inlinable public var column1: SIMD3<Double> { [row0.y, row1.y, row2.y] }
    @inlinable public var column2: SIMD3<Double> { [row0.z, row1.z, row2.z] }
    @inlinable public var transposed: Matrix3 { Matrix3(rows: column0, column1, column2) }
    @inlinable public var determinant: Double { dot(row0, cross(row1, row2)) }

    /// The inverse; infinite entries when the determinant is zero.
    ///
    /// Adjugate over determinant: about as many digits are lost as the condition number has.
    @inlinable public var inverse: Matrix3 {
        let d = 1 / determinant
        return Matrix3(rows: cross(row1, row2) * d, cross(row2, row0) * d, cross(row0, row1) * d).transposed
    }

    /// Matrix times column vector.
    @inlinable
    public static func * (left: Matrix3, right: SIMD3<Double>) -> SIMD3<Double> {
        [dot(left.row0, right), dot(left.row1, right), dot(left.row2, right)]
    }

    /// Matrix product: `right` is applied first.
    @inlinable
    public static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
        let (a, b, c) = (right.column0, right.column1, right.column2)
        func product(_ row: SIMD3<Double>) -> SIMD3<Double> { [dot(row, a), dot(row, b), dot(row, c)] }
        return Matrix3(rows: product(left.row0), product(left.row1), product(left.row2))
    }
}

/// Scalar product a·b.
@inlinable
public func dot<T: FloatingPoint & SIMDScalar>(_ a: SIMD3<T>, _ b: SIMD3<T>) -> T { a.x * b.x + a.y * b.y + a.z * b.z }

/// Vector product a × b: perpendicular to both, right-handed, as long as the area that they span.
@inlinable
public func cross<T: FloatingPoint & SIMDScalar>(_ a: SIMD3<T>, _ b: SIMD3<T>) -> SIMD3<T> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

/// Euclidean length; may overflow to infinity beyond the square root of the largest number.
@inlinable
public func length<T: FloatingPoint & SIMDScalar>(_ a: SIMD3<T>) -> T { dot(a, a).squareRoot() }

/// `a` scaled to length 1; zero stays zero.
@inlinable
public func normalize<T: FloatingPoint & SIMDScalar>(_ a: SIMD3<T>) -> SIMD3<T> {
    let l = length(a)
    return l > 0 ? a / l : a
}
