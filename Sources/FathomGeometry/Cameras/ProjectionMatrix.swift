/// A 3×4 matrix P = λ K [R | t] that maps world points to homogeneous pixels; λ may have any size and either sign.
package struct ProjectionMatrix: Sendable, Equatable {
    /// The left 3×3 part.
    package var matrix: Matrix3
    /// The last column.
    package var offset: SIMD3<Double>

    /// The 3×4 matrix (matrix | offset), world to homogeneous pixels, up to scale and sign.
    package init(matrix: Matrix3, offset: SIMD3<Double>) {
        self.matrix = matrix
        self.offset = offset
    }

    /// K [R | t].
    package init(_ camera: Camera, _ cameraFromWorld: Pose) {
        matrix = camera.matrix * cameraFromWorld.rotation
        offset = camera.matrix * cameraFromWorld.translation
    }

    /// K, upper triangular with a positive diagonal and 1 in its last corner, and the pose; nil when the left part is singular.
    ///
    /// RQ decomposition by Gram–Schmidt from the last row up; the first row of R is the cross product of the others, so that R is
    /// a rotation to the last digits.
    package func decomposed() -> (calibration: Matrix3, cameraFromWorld: Pose)? {
        let sign: Double = matrix.determinant < 0 ? -1 : 1
        let (a, b, c) = (sign * matrix.row0, sign * matrix.row1, sign * matrix.row2)
        let scale = length(c)
        guard scale > 0, (a + b + c + offset).sum().isFinite else { return nil }
        let r2 = c / scale
        let k12 = dot(b, r2)
        let rest = b - k12 * r2
        let r1 = normalize(rest - dot(rest, r2) * r2)
        let r0 = cross(r1, r2)
        let (k11, k00) = (dot(b, r1), dot(a, r0))
        let (k01, k02) = (dot(a, r1), dot(a, r2))
        guard k11 > 1e-6 * length(b), k00 > 1e-6 * length(a) else { return nil }
        let p = sign * offset
        let z = p.z / scale
        let y = (p.y - k12 * z) / k11
        let x = (p.x - k01 * y - k02 * z) / k00
        let calibration = Matrix3(rows: SIMD3(k00, k01, k02) / scale, SIMD3(0, k11, k12) / scale, [0, 0, 1])
        return (calibration, Pose(rotation: Matrix3(rows: r0, r1, r2), translation: [x, y, z]))
    }
}
