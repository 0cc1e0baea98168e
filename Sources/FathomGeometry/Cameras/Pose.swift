/// A rigid motion from world to camera: `pointInCamera = rotation * pointInWorld + translation`.
///
/// Camera axes: x right, y down, z forward (OpenCV, COLMAP). Units are the scene's.
public struct Pose: Sendable, Equatable {
    /// Rotation of `cameraFromWorld`, orthonormal with determinant +1.
    public var rotation: Matrix3
    /// Translation of `cameraFromWorld`.
    public var translation: SIMD3<Double>

    /// A motion as it is stated; `rotation` must be orthonormal with determinant 1, which is not checked.
    public init(rotation: Matrix3, translation: SIMD3<Double>) {
        self.rotation = rotation
        self.translation = translation
    }

    /// The motion that leaves every point where it is.
    public static let identity = Pose(rotation: .identity, translation: .zero)

    /// The camera's centre in the world: −Rᵀt.
    public var center: SIMD3<Double> { -(rotation.transposed * translation) }

    /// The optical axis in the world, length 1.
    public var forward: SIMD3<Double> { rotation.row2 }

    /// The motion back: Rᵀ, −Rᵀt; exact only for an orthonormal rotation.
    public var inverse: Pose {
        let r = rotation.transposed
        return Pose(rotation: r, translation: -(r * translation))
    }

    /// The point in the target frame: R·point + t.
    public static func * (pose: Pose, point: SIMD3<Double>) -> SIMD3<Double> { pose.rotation * point + pose.translation }

    /// Composition: `(aFromB * bFromC) = aFromC`.
    public static func * (left: Pose, right: Pose) -> Pose {
        Pose(rotation: left.rotation * right.rotation, translation: left.rotation * right.translation + left.translation)
    }

    /// A camera at `eye` looking at `target`, with `up` pointing up in the image.
    public static func looking(from eye: SIMD3<Double>, at target: SIMD3<Double>, up: SIMD3<Double>) -> Pose {
        let z = normalize(target - eye)
        let x = normalize(cross(z, up))
        let y = cross(z, x)
        let r = Matrix3(rows: x, y, z)
        return Pose(rotation: r, translation: -(r * eye))
    }
}
