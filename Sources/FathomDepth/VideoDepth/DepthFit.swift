import FathomCore
import FathomMedia

/// scale · x + shift, fitted by least squares.
package struct DepthFit: Sendable, Equatable {
    /// Why a fit should not be trusted.
    package enum Fault: Sendable, Equatable {
        /// All x are equal or not finite: no scale follows from them, scale 1 and shift 0 are taken.
        case undetermined
        /// The scale is negative: what is near in x is far in y.
        case inverted
    }

    package var scale: Double
    package var shift: Double
    package var fault: Fault?

    package static let identity = DepthFit(scale: 1, shift: 0)

    package init(scale: Double, shift: Double, fault: Fault? = nil) {
        self.scale = scale
        self.shift = shift
        self.fault = fault
    }

    /// The scale and shift that bring `x` closest to `y` over all pixels of all maps; sums in Double.
    package static func leastSquares(from x: [Raster<Float>], to y: [Raster<Float>]) -> DepthFit {
        var sums = Sums()
        for (x, y) in zip(x, y) { sums.add(x, y) }
        let determinant = sums.xx * sums.count - sums.x * sums.x
        // Rounding of the sums alone can leave a determinant of this size.
        guard determinant.isFinite, determinant > 1e-12 * sums.xx * sums.count else {
            return DepthFit(scale: 1, shift: 0, fault: .undetermined)
        }
        let scale = (sums.count * sums.xy - sums.x * sums.y) / determinant
        let shift = (sums.xx * sums.y - sums.x * sums.xy) / determinant
        guard scale.isFinite, shift.isFinite else { return DepthFit(scale: 1, shift: 0, fault: .undetermined) }
        return DepthFit(scale: scale, shift: shift, fault: scale < 0 ? .inverted : nil)
    }

    /// max(0, scale · x + shift) for every pixel.
    package func applied(to depth: Raster<Float>) -> Raster<Float> {
        var result = Raster<Float>(uninitializedWidth: depth.width, height: depth.height)
        let (scale, shift, count) = (Float(scale), Float(shift), depth.samples.count)
        withMutablePointers(&result) { result in
            withPointers(depth) { depth in
                ThreadPool.shared.parallelFor(count, grain: 1 << 16) { range in
                    for index in range { result[index] = max(0, scale * depth[index] + shift) }
                }
            }
        }
        return result
    }

    /// Sums over pixels in an order that does not depend on the number of threads.
    private struct Sums {
        var count = 0.0
        var x = 0.0
        var y = 0.0
        var xx = 0.0
        var xy = 0.0

        mutating func add(_ left: Raster<Float>, _ right: Raster<Float>) {
            precondition(left.width == right.width && left.height == right.height, "depth maps to be aligned differ in size")
            let pixels = left.pixelCount
            var (x, y, xx, xy) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
            withPointers(left, right) { left, right in
                var index = 0
                while index + 4 <= pixels {
                    let a = SIMD4<Double>(SIMD4(left[index], left[index + 1], left[index + 2], left[index + 3]))
                    let b = SIMD4<Double>(SIMD4(right[index], right[index + 1], right[index + 2], right[index + 3]))
                    x += a
                    y += b
                    xx += a * a
                    xy += a * b
                    index += 4
                }
                while index < pixels {
                    let (a, b) = (Double(left[index]), Double(right[index]))
                    x[0] += a
                    y[0] += b
                    xx[0] += a * a
                    xy[0] += a * b
                    index += 1
                }
            }
            count += Double(pixels)
            self.x += x.sum()
            self.y += y.sum()
            self.xx += xx.sum()
            self.xy += xy.sum()
        }
    }
}
