import FathomGeometry
import FathomMedia

/// A view's projection with its derivative, in Float: points of the world to continuous pixels.
struct LossProjection: Sendable {
    struct Point: Sendable {
        var pixel: SIMD2<Float>
        /// In camera axes.
        var inCamera: SIMD3<Float>
    }

    private let rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
    private let translation: SIMD3<Float>
    /// The camera's centre in the world.
    let center: SIMD3<Float>
    private let focal: SIMD2<Float>
    private let middle: SIMD2<Float>

    init(_ view: LossView) {
        let rotation = view.cameraFromWorld.rotation
        rows = (SIMD3<Float>(rotation.row0), SIMD3<Float>(rotation.row1), SIMD3<Float>(rotation.row2))
        translation = SIMD3<Float>(view.cameraFromWorld.translation)
        center = SIMD3<Float>(view.cameraFromWorld.center)
        focal = SIMD2(Float(view.camera.fx), Float(view.camera.fy))
        middle = SIMD2(Float(view.camera.cx), Float(view.camera.cy))
    }

    /// Where a point of the world is seen; nil behind the camera.
    func project(_ point: SIMD3<Float>) -> Point? {
        let p = SIMD3(dot(rows.0, point), dot(rows.1, point), dot(rows.2, point)) + translation
        guard p.z > 1e-6 else { return nil }
        return Point(pixel: focal * SIMD2(p.x, p.y) / p.z + middle, inCamera: p)
    }

    /// Takes a gradient with respect to the pixel to one with respect to the point, world axes.
    func gradient(_ q: SIMD2<Float>, at point: Point) -> SIMD3<Float> {
        let p = point.inCamera
        let f = focal * q / p.z
        let inCamera = SIMD3(f.x, f.y, -(f.x * p.x + f.y * p.y) / p.z)
        return rows.0 * inCamera.x + rows.1 * inCamera.y + rows.2 * inCamera.z
    }

    /// The unit direction in the world in which a pixel looks, and how much of it is along the optical axis.
    func ray(_ pixel: SIMD2<Float>) -> (direction: SIMD3<Float>, alongAxis: Float) {
        let inCamera = normalize(SIMD3((pixel - middle) / focal, 1))
        return (rows.0 * inCamera.x + rows.1 * inCamera.y + rows.2 * inCamera.z, inCamera.z)
    }
}

extension Raster<Float> {
    /// The value at a continuous pixel, linear between pixel centres, that of the border beyond them; one channel.
    func bilinear(_ pixel: SIMD2<Float>) -> Float {
        let x = min(max(pixel.x - 0.5, 0), Float(width - 1))
        let y = min(max(pixel.y - 0.5, 0), Float(height - 1))
        let (left, top) = (min(Int(x), max(0, width - 2)), min(Int(y), max(0, height - 2)))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (u, v) = (x - Float(left), y - Float(top))
        let upper = self[left, top] + (self[right, top] - self[left, top]) * u
        let lower = self[left, bottom] + (self[right, bottom] - self[left, bottom]) * u
        return upper + (lower - upper) * v
    }
}
