import FathomCore
import FathomGeometry
import FathomMedia

extension DepthPrior {
    /// The depths of the sparse points that a view sees, a pixel each: metric, with gaps nearly everywhere.
    ///
    /// - Parameters:
    ///   - view: index into the scene's views, which the points name.
    ///   - camera: a pinhole of the size wanted.
    public init(points: [SparsePoint], seenBy view: Int, camera: Camera, cameraFromWorld: Pose) {
        var values = Raster<Float>(width: camera.width, height: camera.height, repeating: .nan)
        for seen in SeenPoint.points(points, seenBy: view, camera: camera, cameraFromWorld: cameraFromWorld) {
            let (x, y) = (Int(seen.pixel.x), Int(seen.pixel.y))
            if !(values[x, y] <= seen.depth) { values[x, y] = seen.depth }
        }
        self.init(values: values, order: .largerIsFarther, isMetric: true)
    }
}

/// A sparse point in one of the views that list it.
struct SeenPoint {
    /// Continuous, inside of the image.
    var pixel: SIMD2<Double>
    /// Camera z.
    var depth: Float

    /// Those of `points` that list the view and fall into its image.
    static func points(_ points: [SparsePoint], seenBy view: Int, camera: Camera, cameraFromWorld: Pose) -> [SeenPoint] {
        points.compactMap { point in
            guard point.views.contains(view) else { return nil }
            let p = cameraFromWorld * point.position
            guard p.z > 0 else { return nil }
            let (u, v) = (camera.fx * p.x / p.z + camera.cx, camera.fy * p.y / p.z + camera.cy)
            guard u >= 0, v >= 0, u < Double(camera.width), v < Double(camera.height) else { return nil }
            return SeenPoint(pixel: SIMD2(u, v), depth: Float(p.z))
        }
    }
}
