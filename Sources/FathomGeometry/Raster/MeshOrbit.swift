import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// A ring of cameras around a mesh: all look at the middle of the ball around it, which fits into every picture.
///
/// Lengths are in the mesh's unit. One turn goes counter-clockwise as seen from `up`. It starts in front: at the y axis's negative
/// end, or where that is up or down, at the z axis's positive one.
public struct MeshOrbit: Sendable {
    /// A pinhole with its principal point in the middle.
    public let camera: Camera
    /// The ball around the corners of all triangles: around the middle of their box, so up to √3 times as large as need be.
    public let sphere: BoundingSphere
    /// Unit vectors in the world: upwards, from the middle to where the turn starts, and a quarter turn on.
    private let up: SIMD3<Double>
    private let front: SIMD3<Double>
    private let side: SIMD3<Double>
    /// Radians above the plane through the middle.
    private let elevation: Double
    /// From the middle to the cameras.
    private let distance: Double

    /// O(triangles).
    ///
    /// - Parameters:
    ///   - fieldOfView: of the pictures' width, degrees between 0 and 180.
    ///   - elevation: degrees above the plane through the middle, between −90 and 90.
    ///   - up: of any length but 0.
    /// - Throws: `inputInvalid` for a mesh without triangles, or whose triangles are all at one point.
    public init(
        around mesh: Mesh, width: Int, height: Int, fieldOfView: Double, elevation: Double, up: SIMD3<Double>
    ) throws(FathomError) {
        precondition(fieldOfView > 0 && fieldOfView < 180 && abs(elevation) < 90, "a camera looks at the mesh from somewhere")
        precondition(dot(up, up) > 0, "up is a direction")
        guard let sphere = Self.sphere(around: mesh), sphere.radius > 0 else {
            throw FathomError(.inputInvalid, "the mesh has no triangles of any size to look at")
        }
        let focal = Double(width) / 2 / tan(fieldOfView * .pi / 360)
        camera = Camera(
            width: width, height: height, fx: focal, fy: focal, cx: Double(width) / 2, cy: Double(height) / 2)
        self.sphere = sphere
        self.up = normalize(up)
        self.elevation = elevation * .pi / 180
        let start: SIMD3<Double> = abs(self.up.y) > 0.9 ? [0, 0, 1] : [0, -1, 0]
        front = normalize(start - dot(start, self.up) * self.up)
        side = cross(self.up, front)
        // The cone that touches the ball.
        distance = sphere.radius / sin(atan(Double(min(width, height)) / 2 / focal))
    }

    /// The camera after a share of the turn, 0 and 1 being the same place.
    public func cameraFromWorld(after share: Double) -> Pose {
        let angle = 2 * .pi * share
        let level = cos(angle) * front + sin(angle) * side
        let eye = sphere.center + distance * (cos(elevation) * level + sin(elevation) * up)
        return Pose.looking(from: eye, at: sphere.center, up: up)
    }

    private static func sphere(around mesh: Mesh) -> BoundingSphere? {
        guard let first = mesh.triangles.first else { return nil }
        func corners(_ visit: (SIMD3<Double>) -> Void) {
            for triangle in mesh.triangles {
                for corner in 0..<3 { visit(SIMD3<Double>(mesh.positions[Int(triangle[corner])])) }
            }
        }
        let start = SIMD3<Double>(mesh.positions[Int(first.x)])
        var box = Bounds(lower: start, upper: start)
        corners { box = Bounds(lower: pointwiseMin(box.lower, $0), upper: pointwiseMax(box.upper, $0)) }
        let center = (box.lower + box.upper) / 2
        var radius = 0.0
        corners { radius = max(radius, length($0 - center)) }
        return BoundingSphere(center: center, radius: radius)
    }
}
