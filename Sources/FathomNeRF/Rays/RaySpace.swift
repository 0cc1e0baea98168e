import FathomCore
import FathomGeometry

/// Where a radiance field lies: how the world is mapped to the unit cube, and rays to t from 0 to 1.
///
/// Within a space, t orders the depths of all rays that look in about the same direction, so that losses may compare them.
public enum RaySpace: Sendable, Equatable {
    /// For views that look the same way: perspective of a reference camera, in which t is 1 − near / z, z the reference camera's
    /// depth. Reaches from `near` to infinity.
    case forward(ForwardSpace)
    /// For what lies in a box; t runs linearly in depth from the nearest to the farthest.
    case box(Bounds, depth: ClosedRange<Double>)
    /// For unbounded places: a ball in the middle as it is, everything around it contracted into a shell of the same thickness
    /// (Barron et al., "Mip-NeRF 360", 2022); t runs linearly in inverse depth.
    case contracted(BoundingSphere, depth: ClosedRange<Double>)

    /// The ray through a pixel.
    ///
    /// - Parameters:
    ///   - camera: a pinhole.
    ///   - x: continuous pixels; the centre of the first pixel is (0.5, 0.5).
    public func ray(_ camera: Camera, _ cameraFromWorld: Pose, x: Double, y: Double) -> Ray {
        let inCamera = SIMD3((x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy, 1)
        let direction = cameraFromWorld.rotation.transposed * inCamera
        let center = cameraFromWorld.center
        switch self {
        case .forward(let space): return space.ray(from: center, along: direction)
        case .box(let bounds, let depth): return Self.boxRay(bounds, depth, from: center, along: direction)
        case .contracted(let ball, let depth):
            let near = depth.lowerBound
            return Ray(
                origin: SIMD3<Float>((center - ball.center) / ball.radius), direction: SIMD3<Float>(direction / ball.radius),
                viewDirection: SIMD3<Float>(normalize(direction)), range: 0...1, length: 0,
                depth: RayDepth(a: near, b: 0, c: near / depth.upperBound - 1))
        }
    }

    /// Where a point of the world lies in the cube; points outside of it come out beyond 0 … 1.
    public func cubePosition(of point: SIMD3<Double>) -> SIMD3<Double> {
        switch self {
        case .forward(let space): return space.cubePosition(of: point)
        case .box(let bounds, _):
            let side = (bounds.upper - bounds.lower).max()
            return (point - (bounds.lower + bounds.upper) / 2) / side + 0.5
        case .contracted(let ball, _):
            let p = (point - ball.center) / ball.radius
            let norm = FathomGeometry.length(p)
            return (norm > 1 ? (2 - 1 / norm) / norm * p : p) / 4 + 0.5
        }
    }

    var isForward: Bool {
        if case .forward = self { true } else { false }
    }

    var isContracted: Bool {
        if case .contracted = self { true } else { false }
    }

    private static func boxRay(
        _ bounds: Bounds, _ depth: ClosedRange<Double>, from center: SIMD3<Double>, along direction: SIMD3<Double>
    ) -> Ray {
        let (near, reach) = (depth.lowerBound, depth.upperBound - depth.lowerBound)
        let side = (bounds.upper - bounds.lower).max()
        var range = (near, depth.upperBound)
        for axis in 0..<3 {
            if direction[axis] == 0 {
                if center[axis] < bounds.lower[axis] || center[axis] > bounds.upper[axis] { range = (1, 0) }
                continue
            }
            let a = (bounds.lower[axis] - center[axis]) / direction[axis]
            let b = (bounds.upper[axis] - center[axis]) / direction[axis]
            range = (max(range.0, min(a, b)), min(range.1, max(a, b)))
        }
        let (start, end) = (Float((range.0 - near) / reach), Float((range.1 - near) / reach))
        let along = direction * (reach / side)
        return Ray(
            origin: SIMD3<Float>((center + near * direction - (bounds.lower + bounds.upper) / 2) / side + 0.5),
            direction: SIMD3<Float>(along), viewDirection: SIMD3<Float>(normalize(direction)),
            range: start < end ? start...end : 0...0, length: Float(2 * FathomGeometry.length(along)),
            depth: RayDepth(a: near, b: reach, c: 0))
    }
}
