import FathomCore
import FathomMedia

extension Undistorter {
    /// Values on the pixels of `camera` carried back to the pixels of the stored image: the nearest pixel on each ray, NaN
    /// where `camera` does not look. Parallel over rows.
    ///
    /// - Parameter values: one channel, the size of `camera`; depth along z keeps its meaning, the optical axis being the same.
    public func restore(_ values: Raster<Float>) -> Raster<Float> {
        precondition(values.width == camera.width && values.height == camera.height, "values and camera differ in size")
        if case .pinhole = source.lens { return values }
        var result = Raster<Float>(uninitializedWidth: source.width, height: source.height)
        withPointers(values) { input in
            withMutablePointers(&result) { output in
                ThreadPool.shared.parallelFor(source.height, grain: 16) { rows in
                    for y in rows {
                        for x in 0..<source.width {
                            output[y * source.width + x] = straightIndex(x, y).map { input[$0] } ?? .nan
                        }
                    }
                }
            }
        }
        return result
    }

    /// Index of the pixel of `camera` that sees what pixel (x, y) of the stored image sees.
    private func straightIndex(_ x: Int, _ y: Int) -> Int? {
        guard let ray = source.ray(through: SIMD2(Double(x) + 0.5, Double(y) + 0.5)) else { return nil }
        let column = (camera.fx * ray.x + camera.cx).rounded(.down)
        let row = (camera.fy * ray.y + camera.cy).rounded(.down)
        guard column >= 0, row >= 0, column < Double(camera.width), row < Double(camera.height) else { return nil }
        return Int(row) * camera.width + Int(column)
    }
}
