import FathomCore
import FathomGeometry
import FathomMedia

extension DepthPrior {
    /// The prior at the size at which a view is trained.
    ///
    /// Gapless relative priors are averaged when they become smaller and interpolated when they become larger. Metric ones and
    /// those with gaps take the nearest value, which neither invents depths between a thing and what is behind it nor widens gaps.
    public func resized(width newWidth: Int, height newHeight: Int) -> DepthPrior {
        if newWidth == width && newHeight == height { return self }
        if isMetric || usablePixels < width * height {
            return taken(width: newWidth, height: newHeight) { x, y in
                SIMD2((Double(x) + 0.5) / Double(newWidth), (Double(y) + 0.5) / Double(newHeight))
            }
        }
        let filter: ResizeFilter = newWidth <= width && newHeight <= height ? .area : .bilinear
        return DepthPrior(values: values.resized(width: newWidth, height: newHeight, filter: filter), order: order)
    }

    /// The prior of a photo as the pinhole camera that is trained sees it, by the nearest value where the lens bends rays.
    ///
    /// - Parameters:
    ///   - source: the camera of the photo as it is stored, whose image the prior covers at whatever size.
    ///   - camera: `source.undistorted`, resized or not.
    func straightened(from source: Camera, to camera: Camera) -> DepthPrior {
        if source.lens == .pinhole { return resized(width: camera.width, height: camera.height) }
        return taken(width: camera.width, height: camera.height) { x, y in
            let ray = SIMD2((Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy)
            let bent = source.lens.distort(ray)
            return SIMD2(
                (source.fx * bent.x + source.cx) / Double(source.width), (source.fy * bent.y + source.cy) / Double(source.height))
        }
    }

    /// The nearest value at places given as shares of width and height; none outside of the image.
    private func taken(width newWidth: Int, height newHeight: Int, at place: (Int, Int) -> SIMD2<Double>) -> DepthPrior {
        var result = Raster<Float>(width: newWidth, height: newHeight, repeating: .nan)
        var newWeights = weights.map { _ in Raster<Float>(width: newWidth, height: newHeight, repeating: 0) }
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let p = place(x, y)
                guard p.x >= 0, p.y >= 0, p.x < 1, p.y < 1 else { continue }
                let (column, row) = (Int(p.x * Double(width)), Int(p.y * Double(height)))
                result[x, y] = values[column, row]
                if let weights { newWeights?[x, y] = weights[column, row] }
            }
        }
        return DepthPrior(values: result, order: order, isMetric: isMetric, weights: newWeights)
    }
}
