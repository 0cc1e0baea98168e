/// Whether the matrices of poses are rotations, and if not, what they are instead.
enum RotationCheck {
    /// Largest |RRᵀ − I| of a matrix that still counts as a rotation; recorders that integrate motion in single precision
    /// drift by a few 1e-4, swapped or scaled axes miss by far more.
    static let tolerance = 1e-3

    /// What is wrong with a matrix, as the end of a sentence about the pose, and what can be done; nil for rotations.
    static func fault(_ matrix: Matrix3) -> (what: String, remedy: String?)? {
        let error = matrix.orthonormalityError
        if error < tolerance && matrix.determinant > 0 { return nil }
        guard error.isFinite else { return ("has numbers that are not finite", "leave the view out or mend its pose") }
        if error < tolerance {
            return (
                "is mirrored: the determinant of its rotation is −1",
                "one axis of the camera or of the world points the wrong way; write it with right-handed axes"
            )
        }
        let product = (matrix * matrix.transposed).rowMajor
        let square = (product[0] + product[4] + product[8]) / 3
        let scale = square.squareRoot()
        let unscaled = Matrix3.diagonal(SIMD3(repeating: 1 / scale)) * matrix
        if scale > 0, unscaled.orthonormalityError < tolerance {
            return (
                "has a rotation scaled by \((unscaled.determinant < 0 ? -scale : scale).brief)",
                "divide the 3×3 part by that number"
            )
        }
        return (
            "has no rotation: |RRᵀ − I| is \(error.brief) and the determinant \(matrix.determinant.brief)",
            "check the order of its numbers"
        )
    }

    /// How far the matrices of `poses`, which all have passed, are from exact rotations.
    static func report(_ poses: [Pose]) -> SceneCheck {
        let worst = poses.map(\.rotation.orthonormalityError).max() ?? 0
        return SceneCheck(
            .rotations, .ok, "orthonormal and right-handed, |RRᵀ − I| at most \(scientific(worst))",
            figures: [("orthonormality_error", worst)])
    }

    /// 3.2e-16 and the like, one digit.
    private static func scientific(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        var (mantissa, exponent) = (value, 0)
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        return exponent == 0 ? value.brief : "\(Int(mantissa.rounded(.up)))e\(exponent)"
    }
}
