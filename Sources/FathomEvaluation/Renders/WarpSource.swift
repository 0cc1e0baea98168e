import FathomGeometry

/// A view as one from which photos are warped: where it sees points, and what it counts.
struct WarpSource: Sendable {
    /// Four neighbouring pixel centres and where between them a point lies.
    struct Place {
        /// Of the upper left one: row · width + column.
        let index: Int
        let width: Int
        /// Shares of the way to the right and to the lower neighbours.
        let x: Float
        let y: Float
        /// Depth of the point in the camera, scene units.
        let depth: Float

        /// Bilinear between the four values that `value` gives for pixel indices.
        @inline(__always)
        func blend(_ value: (Int) -> Float) -> Float {
            let upper = value(index) * (1 - x) + value(index + 1) * x
            let lower = value(index + width) * (1 - x) + value(index + width + 1) * x
            return upper * (1 - y) + lower * y
        }

        /// The nearest of the four.
        var nearest: Int { index + (x < 0.5 ? 0 : 1) + (y < 0.5 ? 0 : width) }
    }

    /// Added to 1 − cos of the angle: rays within 0.8° count alike.
    private static let floor = 1e-4

    private let camera: Camera
    private let pose: Pose
    private let center: SIMD3<Double>

    init(_ view: View) {
        camera = view.pinhole
        pose = view.cameraFromWorld
        center = pose.center
    }

    /// Where the view's straightened photo shows a point; nil for what is behind it or not between four pixel centres.
    @inline(__always)
    func place(of point: SIMD3<Double>) -> Place? {
        let p = pose * point
        guard p.z > 0 else { return nil }
        let (u, v) = (camera.fx * p.x / p.z + camera.cx - 0.5, camera.fy * p.y / p.z + camera.cy - 0.5)
        guard u >= 0, v >= 0, u < Double(camera.width - 1), v < Double(camera.height - 1) else { return nil }
        let (column, row) = (Int(u), Int(v))
        return Place(
            index: row * camera.width + column, width: camera.width, x: Float(u - Double(column)), y: Float(v - Double(row)),
            depth: Float(p.z))
    }

    /// What the view counts for a point that is seen from `eye`: large for a small angle between the rays.
    @inline(__always)
    func weight(of point: SIMD3<Double>, seenFrom eye: SIMD3<Double>) -> Float {
        let cosine = dot(normalize(point - center), normalize(point - eye))
        return Float(1 / (max(0, 1 - cosine) + Self.floor))
    }
}
