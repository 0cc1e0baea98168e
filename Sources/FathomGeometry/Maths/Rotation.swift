#if canImport(Glibc)
import Glibc
#endif

extension Matrix3 {
    /// The rotation of a Hamilton quaternion (w, x, y, z), which is normalised first.
    public init(quaternion: SIMD4<Double>) {
        let q = quaternion / (quaternion * quaternion).sum().squareRoot()
        let (w, x, y, z) = (q[0], q[1], q[2], q[3])
        self.init(
            rows: [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
    }

    /// The unit quaternion (w, x, y, z) of a rotation, w ≥ 0.
    ///
    /// Shepperd's method: the largest of the four components is computed first, so no precision is lost near half turns.
    public var quaternion: SIMD4<Double> {
        let trace = row0.x + row1.y + row2.z
        var q: SIMD4<Double>
        if trace >= max(row0.x, row1.y, row2.z) {
            q = [1 + trace, row2.y - row1.z, row0.z - row2.x, row1.x - row0.y]
        } else if row0.x >= max(row1.y, row2.z) {
            q = [row2.y - row1.z, 1 + row0.x - row1.y - row2.z, row0.y + row1.x, row0.z + row2.x]
        } else if row1.y >= row2.z {
            q = [row0.z - row2.x, row0.y + row1.x, 1 - row0.x + row1.y - row2.z, row1.z + row2.y]
        } else {
            q = [row1.x - row0.y, row0.z + row2.x, row1.z + row2.y, 1 - row0.x - row1.y + row2.z]
        }
        q /= (q * q).sum().squareRoot()
        return q[0] < 0 ? -q : q
    }

    /// The angle of a rotation, in degrees from 0 to 180.
    public var turn: Double {
        let sine = length(SIMD3(row2.y - row1.z, row0.z - row2.x, row1.x - row0.y))
        return atan2(sine, row0.x + row1.y + row2.z - 1) * 180 / .pi
    }

    /// Largest entry of |R·Rᵀ − I|: how far the matrix is from orthonormal; NaN when an entry is NaN.
    public var orthonormalityError: Double {
        let product = (self * transposed).rowMajor
        let identity = Matrix3.identity.rowMajor
        var worst = 0.0
        for (entry, expected) in zip(product, identity) {
            let error = abs(entry - expected)
            if !(error <= worst) { worst = error }
            if worst.isNaN { break }
        }
        return worst
    }

    /// The rotation nearest to an almost orthonormal matrix, by Newton's iteration for the polar decomposition
    /// (Higham 1986): R ← (R + R⁻ᵀ)/2, quadratic convergence.
    public var nearestRotation: Matrix3 {
        var r = self
        for _ in 0..<8 where r.orthonormalityError > 1e-15 {
            let s = r.inverse.transposed
            r = Matrix3(rows: (r.row0 + s.row0) / 2, (r.row1 + s.row1) / 2, (r.row2 + s.row2) / 2)
        }
        return r
    }
}
