import CKernels
import FathomCore
import FathomGeometry

/// The plane of a triangle, as the centre of a reference pixel sees it. World axes; lengths in world units.
struct PhotoPlane {
    /// Smallest cosine between the normal and the rays of reference and sources.
    static let smallestCosine = 0.15

    /// Continuous pixel.
    let pixel: SIMD2<Double>
    /// Camera z where the pixel's ray meets the plane.
    let depth: Double
    /// From the reference's centre to that point.
    let point: SIMD3<Double>
    /// Of any length.
    let normal: SIMD3<Double>
    let normalSquared: Double
    /// Change of the plane's inverse depth per pixel to the right and down.
    let slope: SIMD2<Double>
    /// The point in terms of the triangle's corners.
    let barycentric: SIMD3<Double>

    /// Nil where the triangle is seen from its edge.
    ///
    /// - Parameters:
    ///   - axes: the camera's, in the world.
    ///   - center: where the camera stands.
    init?(_ shape: FaceShape, _ camera: Camera, axes: Matrix3, center: SIMD3<Double>, x: Int, y: Int) {
        pixel = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
        let ray = axes.row0 * ((pixel.x - camera.cx) / camera.fx) + axes.row1 * ((pixel.y - camera.cy) / camera.fy) + axes.row2
        normal = shape.areaVector
        normalSquared = dot(normal, normal)
        let facing = dot(normal, ray)
        let least = Self.smallestCosine * Self.smallestCosine
        guard normalSquared > 0, facing * facing >= least * normalSquared * dot(ray, ray) else { return nil }
        let distance = dot(normal, shape.a - center)
        depth = distance / facing
        guard depth > 0 else { return nil }
        point = depth * ray
        slope = SIMD2(dot(normal, axes.row0) / camera.fx, dot(normal, axes.row1) / camera.fy) / distance
        let (a, b, c) = (shape.a - center - point, shape.b - center - point, shape.c - center - point)
        barycentric =
            SIMD3(dot(normal, cross(b, c)), dot(normal, cross(c, a)), dot(normal, cross(a, b))) / (2 * normalSquared)
    }

    /// Change of the depth per unit by which the plane is moved: n / (n·ray), the ray having z = 1.
    var depthPerMotion: SIMD3<Double> { normal * (depth / dot(normal, point)) }
}

/// Another view of the same scene, and the way to it from the reference.
struct PhotoSource: Sendable {
    let image: SharedPointer<Float>
    let depth: SharedPointer<Float>
    let width: Int
    let height: Int
    /// From the reference's centre to that of this view, world axes.
    let offset: SIMD3<Double>
    /// A reference pixel (x, y) on a plane of inverse depth w is seen at the homogeneous pixel x right + y down + origin + w
    /// epipole; whole coordinates are pixel centres.
    let right: SIMD3<Double>
    let down: SIMD3<Double>
    let origin: SIMD3<Double>
    let epipole: SIMD3<Double>

    init(view: LossView, reference: LossView, image: SharedPointer<Float>, depth: SharedPointer<Float>) {
        self.image = image
        self.depth = depth
        width = view.camera.width
        height = view.camera.height
        offset = view.cameraFromWorld.center - reference.cameraFromWorld.center
        var calibration = view.camera.matrix
        calibration.row0.z -= 0.5
        calibration.row1.z -= 0.5
        let rotation = view.cameraFromWorld.rotation
        let homography = calibration * rotation * reference.cameraFromWorld.rotation.transposed * reference.camera.inverseMatrix
        right = homography.column0
        down = homography.column1
        origin = homography.column2
        epipole = calibration * (rotation * -offset)
    }

    /// Where the pixels around a plane's own are seen here; nil where the plane is hidden, outside, or seen from its edge.
    func warp(_ plane: PhotoPlane, tolerance: Double) -> fathom_photo_warp? {
        let ray = plane.point - offset
        let facing = dot(plane.normal, ray)
        let least = PhotoPlane.smallestCosine * PhotoPlane.smallestCosine
        guard facing * facing >= least * plane.normalSquared * dot(ray, ray) else { return nil }
        let inverse = 1 / plane.depth
        let center = plane.pixel.x * right + plane.pixel.y * down + origin + inverse * epipole
        guard center.z > 0 else { return nil }
        let (x, y) = (center.x / center.z, center.y / center.z)
        guard x >= 0, y >= 0, x <= Double(width - 1), y <= Double(height - 1) else { return nil }
        let seen = Double(depth[Int(y + 0.5) * width + Int(x + 0.5)])
        guard center.z * plane.depth <= seen + tolerance else { return nil }

        let scale = 1 / center.z
        let right = SIMD3<Float>((self.right + plane.slope.x * epipole) * scale)
        let down = SIMD3<Float>((self.down + plane.slope.y * epipole) * scale)
        let motion = SIMD3<Float>(epipole * (-inverse * inverse * scale))
        return fathom_photo_warp(
            center: (Float(x), Float(y), 1), right: (right.x, right.y, right.z), down: (down.x, down.y, down.z),
            motion: (motion.x, motion.y, motion.z), weightRight: Float(plane.slope.x * plane.depth),
            weightDown: Float(plane.slope.y * plane.depth))
    }

    /// - Parameter least: energy that a patch needs.
    func compare(
        _ window: UnsafePointer<fathom_photo_window>, _ warp: fathom_photo_warp, radius: Int, least: Float
    ) -> fathom_photo_match? {
        var match = fathom_photo_match()
        let isFound = withUnsafePointer(to: warp) { warp in
            fathom_photo_compare(window, Int32(radius), warp, image.base, Int32(width), Int32(height), least, &match) != 0
        }
        return isFound ? match : nil
    }
}
