import CKernels
import FathomCore

extension Raster where Sample == Float {
    /// The raster at another size, channels apart from each other.
    ///
    /// NaN spreads to every sample whose window touches one. Costs about `taps` multiplications per axis and sample; the
    /// result does not depend on the number of threads.
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> Raster {
        if newWidth == width && newHeight == height { return self }
        return resample(to: newWidth, newHeight, filter, fathom_blend_rows) { row, count, target in
            target.update(from: row, count: count)
        }
    }
}

extension Raster where Sample == UInt8 {
    /// The raster at another size, channels apart from each other, computed in Float and rounded to nearest.
    public func resized(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> Raster {
        if newWidth == width && newHeight == height { return self }
        return resample(to: newWidth, newHeight, filter, fathom_blend_rows_u8) { row, count, target in
            fathom_u8_from_float(row, count, target)
        }
    }
}

extension Raster where Sample == UInt8 {
    /// The raster at another size as floats 0…255 and, where the filter overshoots, beyond; neither rounded nor clamped.
    public func resizedToFloat(width newWidth: Int, height newHeight: Int, filter: ResizeFilter) -> Raster<Float> {
        if newWidth == width && newHeight == height { return floats() }
        return resample(to: newWidth, newHeight, filter, fathom_blend_rows_u8) { row, count, target in
            target.update(from: row, count: count)
        }
    }
}

extension Raster {
    fileprivate typealias RowBlend =
        @Sendable (
            UnsafePointer<UnsafePointer<Sample>?>?, UnsafePointer<Float>?, Int32, Int, UnsafeMutablePointer<Float>?
        ) -> Void

    /// Each new row is blended from old rows (contiguous, so the faster axis), then resampled along itself.
    fileprivate func resample<Result: BitwiseCopyable & Sendable>(
        to newWidth: Int, _ newHeight: Int, _ filter: ResizeFilter, _ blend: RowBlend,
        _ store: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Result>) -> Void
    ) -> Raster<Result> {
        precondition(width > 0 && height > 0 && newWidth > 0 && newHeight > 0, "resizing needs pixels on both sides")
        let vertical = ResampleWeights(from: height, to: newHeight, filter: filter)
        let horizontal = RowTable(ResampleWeights(from: width, to: newWidth, filter: filter), channels: channels)
        let oldCount = width * channels
        let newCount = newWidth * channels
        var result = Raster<Result>(uninitializedWidth: newWidth, height: newHeight, channels: channels)
        let grain = max(1, (1 << 16) / (oldCount + newCount))
        withMutablePointers(&result) { target in
            withPointers(self) { source in
                ThreadPool.shared.parallelFor(newHeight, grain: grain) { rows in
                    var scratch = Buffer<Float>(uninitialized: oldCount + newCount)
                    var inputs = [UnsafePointer<Sample>?](repeating: nil, count: vertical.taps)
                    scratch.withMutablePointer { blended in
                        for y in rows {
                            for tap in 0..<vertical.taps { inputs[tap] = source + (vertical.starts[y] + tap) * oldCount }
                            vertical.weights.withUnsafeBufferPointer {
                                blend(inputs, $0.baseAddress! + y * vertical.taps, Int32(vertical.taps), oldCount, blended)
                            }
                            let row = blended + oldCount
                            fathom_resample_row(
                                blended, horizontal.starts, horizontal.weights, Int32(horizontal.taps), Int32(channels), newCount,
                                row)
                            store(row, newCount, target + y * newCount)
                        }
                    }
                }
            }
        }
        return result
    }
}

/// Horizontal weights laid out for a loop over samples rather than pixels: one start and, tap by tap, one weight each.
private struct RowTable {
    let taps: Int
    let starts: [Int32]
    let weights: [Float]

    init(_ axis: ResampleWeights, channels: Int) {
        let count = axis.starts.count * channels
        taps = axis.taps
        starts = (0..<count).map { Int32(axis.starts[$0 / channels] * channels + $0 % channels) }
        weights = (0..<axis.taps).flatMap { tap in (0..<count).map { axis.weights[$0 / channels * axis.taps + tap] } }
    }
}
