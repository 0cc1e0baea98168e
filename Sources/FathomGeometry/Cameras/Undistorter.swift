import FathomCore
import FathomMedia

extension Camera {
    /// The pinhole camera that sees the same rays: same focal lengths, cropped so that every pixel of its image has a value
    /// in this one; itself when the lens does not bend rays.
    ///
    /// The crop is the largest rectangle between the innermost straightened borders, at most twice as wide and high as the
    /// input, which limits very wide fisheye lenses.
    public var undistorted: Camera {
        if case .pinhole = lens { return self }
        var crop = innerRectangle
        while crop.width > 1 && crop.height > 1 && !covers(crop) {
            let (dx, dy) = (max(crop.width / 200, 1), max(crop.height / 200, 1))
            crop = Crop(x: crop.x + dx, y: crop.y + dy, width: crop.width - 2 * dx, height: crop.height - 2 * dy)
        }
        return Camera(
            width: max(crop.width, 1), height: max(crop.height, 1), fx: fx, fy: fy, cx: cx - Double(crop.x),
            cy: cy - Double(crop.y))
    }

    /// A window in pixels of the ideal pinhole image that has this camera's calibration matrix.
    private struct Crop {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
    }

    /// The window between the straightened image borders. Border pixels without a ray set no limit.
    private var innerRectangle: Crop {
        let (w, h) = (Double(width), Double(height))
        func straight(_ x: Double, _ y: Double) -> SIMD2<Double>? {
            ray(through: [x, y]).map { SIMD2(fx * $0.x + cx, fy * $0.y + cy) }
        }
        var (left, right) = (cx - w, cx + w)
        var (top, bottom) = (cy - h, cy + h)
        for row in 0...height {
            if let p = straight(0, Double(row)) { left = max(left, p.x) }
            if let p = straight(w, Double(row)) { right = min(right, p.x) }
        }
        for column in 0...width {
            if let p = straight(Double(column), 0) { top = max(top, p.y) }
            if let p = straight(Double(column), h) { bottom = min(bottom, p.y) }
        }
        // Rounding may not cost a pixel where the border stays in place.
        let (x, y) = (Self.whole((left - 1e-6).rounded(.up)), Self.whole((top - 1e-6).rounded(.up)))
        return Crop(
            x: x, y: y, width: Self.whole((right + 1e-6).rounded(.down)) - x,
            height: Self.whole((bottom + 1e-6).rounded(.down)) - y)
    }

    /// A coordinate as an integer; lenses of hostile files send borders anywhere.
    private static func whole(_ coordinate: Double) -> Int { Int(min(max(coordinate, -0x1p40), 0x1p40)) }

    /// Whether every border pixel of the window looks into this image through the monotonic part of the lens model.
    private func covers(_ crop: Crop) -> Bool {
        func seen(_ x: Int, _ y: Int) -> Bool {
            let p = SIMD2((Double(crop.x + x) + 0.5 - cx) / fx, (Double(crop.y + y) + 0.5 - cy) / fy)
            let (bent, j) = lens.distortWithJacobian(p)
            let (u, v) = (fx * bent.x + cx, fy * bent.y + cy)
            return j.0 * j.3 - j.1 * j.2 > 0 && u >= 0 && u <= Double(width) && v >= 0 && v <= Double(height)
        }
        return (0..<crop.width).allSatisfy { seen($0, 0) && seen($0, crop.height - 1) }
            && (0..<crop.height).allSatisfy { seen(0, $0) && seen(crop.width - 1, $0) }
    }
}

/// Resamples images of a bent lens as its pinhole twin would have seen them.
public struct Undistorter: Sendable {
    /// The camera of the stored images.
    public let source: Camera
    /// The pinhole camera of the result.
    public let camera: Camera

    /// - Parameter source: any lens; a pinhole leaves images unchanged.
    public init(_ source: Camera) {
        self.source = source
        camera = source.undistorted
    }

    /// The image as `camera` sees it, bilinear between pixel centres; parallel over rows.
    ///
    /// - Parameter image: any number of channels, the size of `source`.
    public func apply(_ image: Raster<UInt8>) -> Raster<UInt8> {
        precondition(image.width == source.width && image.height == source.height, "image and camera differ in size")
        if case .pinhole = source.lens { return image }
        let channels = image.channels
        var result = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height, channels: channels)
        withPointers(image) { input in
            withMutablePointers(&result) { output in
                ThreadPool.shared.parallelFor(camera.height, grain: 16) { rows in
                    for y in rows {
                        for x in 0..<camera.width {
                            let target = output + (y * camera.width + x) * channels
                            sample(input.base, at: position(x, y), channels: channels, into: target)
                        }
                    }
                }
            }
        }
        return result
    }

    /// The mask as `camera` sees it: the nearest pixel, so that its values stay what they are.
    public func applyNearest(_ mask: Raster<UInt8>) -> Raster<UInt8> {
        precondition(mask.width == source.width && mask.height == source.height, "mask and camera differ in size")
        if case .pinhole = source.lens { return mask }
        var result = Raster<UInt8>(uninitializedWidth: camera.width, height: camera.height, channels: mask.channels)
        mask.withPointer { input in
            result.withMutablePointer { output in
                for y in 0..<camera.height {
                    for x in 0..<camera.width {
                        let p = position(x, y)
                        let column = Int(Self.clamped(p.x, to: source.width - 1))
                        let row = Int(Self.clamped(p.y, to: source.height - 1))
                        for c in 0..<mask.channels {
                            output[(y * camera.width + x) * mask.channels + c] =
                                input[(row * source.width + column) * mask.channels + c]
                        }
                    }
                }
            }
        }
        return result
    }

    /// Where the centre of pixel (x, y) of the result lies in the source image, in continuous pixels.
    private func position(_ x: Int, _ y: Int) -> SIMD2<Double> {
        let ray = SIMD2((Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy)
        let bent = source.lens.distort(ray)
        return SIMD2(source.fx * bent.x + source.cx, source.fy * bent.y + source.cy)
    }

    /// The nearest coordinate in 0…`last`; 0 for NaN, which lenses of hostile files give.
    private static func clamped(_ coordinate: Double, to last: Int) -> Double {
        coordinate > 0 ? min(coordinate, Double(last)) : 0
    }

    /// Bilinear between the four pixel centres around `p`; the border pixels extend outwards.
    private func sample(
        _ input: UnsafePointer<UInt8>, at p: SIMD2<Double>, channels: Int, into output: UnsafeMutablePointer<UInt8>
    ) {
        let x = Self.clamped(p.x - 0.5, to: source.width - 1)
        let y = Self.clamped(p.y - 0.5, to: source.height - 1)
        let (x0, y0) = (Int(x), Int(y))
        let (x1, y1) = (min(x0 + 1, source.width - 1), min(y0 + 1, source.height - 1))
        let (ax, ay) = (Float(x - Double(x0)), Float(y - Double(y0)))
        let (top, bottom) = (y0 * source.width, y1 * source.width)
        for c in 0..<channels {
            let a = Float(input[(top + x0) * channels + c]), b = Float(input[(top + x1) * channels + c])
            let d = Float(input[(bottom + x0) * channels + c]), e = Float(input[(bottom + x1) * channels + c])
            let upper = a + (b - a) * ax
            let lower = d + (e - d) * ax
            output[c] = UInt8(upper + (lower - upper) * ay + 0.5)
        }
    }
}
