import FathomCore
import FathomMedia

extension ImageMetrics {
    static let window = 7

    /// Structural similarity (Wang et al., "Image quality assessment", 2004), the mean over pixels and channels.
    ///
    /// 7×7 uniform window inside the image, K₁ = 0.01, K₂ = 0.03, range 1, sample covariance (n − 1): the variant that
    /// radiance-field papers report.
    ///
    /// - Parameter mask: count only windows whose centre is inside; nil for all.
    /// - Returns: at most 1; NaN for images smaller than the window and for an empty mask.
    public static func ssim(_ image: Raster<Float>, _ other: Raster<Float>, mask: Raster<UInt8>? = nil) -> Double {
        check(image, other, mask)
        let rows = image.height - window + 1
        guard rows > 0, image.width >= window else { return .nan }
        var sums = Buffer<Double>(repeating: 0, count: rows)
        var counts = Buffer<Int>(repeating: 0, count: rows)
        withMutablePointers(&sums, &counts) { sums, counts in
            withPointers(image, other) { a, b in
                ThreadPool.shared.parallelFor(rows, grain: 16) { range in
                    var columns = Buffer<SIMD8<Double>>(uninitialized: image.width)
                    columns.withMutablePointer { columns in
                        for row in range {
                            for channel in 0..<image.channels {
                                sumColumns(a, b, image, row: row, channel: channel, into: columns)
                                addRow(columns, row: row, width: image.width, mask: mask, &sums[row], &counts[row])
                            }
                        }
                    }
                }
            }
        }
        let count = counts.array.reduce(0, +)
        return count == 0 ? .nan : sums.array.reduce(0, +) / Double(count)
    }

    /// Sums of a, b, a², b² and ab over the window's rows, for each column.
    private static func sumColumns(
        _ a: SharedPointer<Float>, _ b: SharedPointer<Float>, _ shape: Raster<Float>, row: Int, channel: Int,
        into columns: UnsafeMutablePointer<SIMD8<Double>>
    ) {
        for x in 0..<shape.width {
            var sum = SIMD8<Double>.zero
            for y in row..<row + window {
                let index = (y * shape.width + x) * shape.channels + channel
                let (p, q) = (Double(a[index]), Double(b[index]))
                sum += SIMD8(p, q, p * p, q * q, p * q, 0, 0, 0)
            }
            columns[x] = sum
        }
    }

    /// Adds the similarity of each window of a row.
    private static func addRow(
        _ columns: UnsafePointer<SIMD8<Double>>, row: Int, width: Int, mask: Raster<UInt8>?, _ total: inout Double,
        _ count: inout Int
    ) {
        let n = Double(window * window)
        let (c1, c2) = (1e-4, 9e-4)
        for x in 0...width - window {
            if let mask, mask[x + window / 2, row + window / 2] == 0 { continue }
            var sum = SIMD8<Double>.zero
            for column in x..<x + window { sum += columns[column] }
            let (meanA, meanB) = (sum[0] / n, sum[1] / n)
            let varianceA = (sum[2] - n * meanA * meanA) / (n - 1)
            let varianceB = (sum[3] - n * meanB * meanB) / (n - 1)
            let covariance = (sum[4] - n * meanA * meanB) / (n - 1)
            total +=
                (2 * meanA * meanB + c1) * (2 * covariance + c2)
                / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
            count += 1
        }
    }
}
