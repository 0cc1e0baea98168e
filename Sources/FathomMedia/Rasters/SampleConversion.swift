import CKernels
import FathomCore

extension DecodedImage {
    /// RGB of 8 bits: grey replicated, 16-bit samples rounded to nearest.
    ///
    /// - Parameter background: what shows through transparent pixels (sRGB); nil drops alpha.
    public func rgb8(over background: SIMD3<UInt8>? = nil) -> Raster<UInt8> {
        switch samples {
        case .u8(let raster) where raster.channels == 3: raster
        case .u8(let raster): raster.mapPixels(to: 3, background, fathom_rgb8_from_u8)
        case .u16(let raster): raster.mapPixels(to: 3, background, fathom_rgb8_from_u16)
        }
    }

    /// RGB as floats 0…255, 16-bit samples with their fraction.
    ///
    /// - Parameter background: what shows through transparent pixels (sRGB); nil drops alpha.
    public func rgbFloat(over background: SIMD3<UInt8>? = nil) -> Raster<Float> {
        switch samples {
        case .u8(let raster): raster.mapPixels(to: 3, background, fathom_rgb_from_u8)
        case .u16(let raster): raster.mapPixels(to: 3, background, fathom_rgb_from_u16)
        }
    }

    /// Alpha of 8 bits, 255 opaque; nil for images without alpha.
    public func opacity() -> Raster<UInt8>? {
        guard channels == 2 || channels == 4 else { return nil }
        var result = Raster<UInt8>(uninitializedWidth: width, height: height)
        let (step, last, count) = (channels, channels - 1, width * height)
        result.withMutablePointer { target in
            switch samples {
            case .u8(let raster):
                raster.withPointer { for index in 0..<count { target[index] = $0[index * step + last] } }
            case .u16(let raster):
                raster.withPointer { for index in 0..<count { target[index] = UInt8($0[index * step + last] >> 8) } }
            }
        }
        return result
    }

    /// Luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) as floats 0…255; grey files as they are.
    ///
    /// - Parameter background: what shows through transparent pixels (sRGB); nil drops alpha.
    public func gray(over background: SIMD3<UInt8>? = nil) -> Raster<Float> {
        switch samples {
        case .u8(let raster): raster.mapPixels(to: 1, background, fathom_luma_from_u8)
        case .u16(let raster): raster.mapPixels(to: 1, background, fathom_luma_from_u16)
        }
    }
}

extension Raster where Sample == UInt8 {
    /// Luma (ITU-R BT.601) of grey, grey + alpha, RGB or RGB + alpha as floats 0…255; alpha is dropped.
    public func gray() -> Raster<Float> { mapPixels(to: 1, nil, fathom_luma_from_u8) }

    /// The same samples as floats 0…255.
    public func floats() -> Raster<Float> { mapSamples(fathom_float_from_u8) }
}

extension Raster where Sample == Float {
    /// Samples rounded to nearest and clamped to 0…255; NaN becomes 0.
    public func bytes() -> Raster<UInt8> { mapSamples(fathom_u8_from_float) }
}

extension Raster {
    fileprivate typealias PixelKernel<Target> =
        @Sendable (
            UnsafePointer<Sample>?, Int, Int32, UnsafePointer<Float>?, UnsafeMutablePointer<Target>?
        ) -> Void

    /// About 64 Ki pixels per piece of parallel work.
    private var rowGrain: Int { max(1, (1 << 16) / max(1, width)) }

    fileprivate func mapPixels<Target>(
        to targetChannels: Int, _ background: SIMD3<UInt8>?, _ kernel: PixelKernel<Target>
    ) -> Raster<Target> {
        precondition(channels <= 4, "an image has 1 to 4 channels")
        let color: [Float]? = background.map { [Float($0.x), Float($0.y), Float($0.z)] }
        var result = Raster<Target>(uninitializedWidth: width, height: height, channels: targetChannels)
        withMutablePointers(&result) { target in
            withPointers(self) { source in
                ThreadPool.shared.parallelFor(height, grain: rowGrain) { rows in
                    let first = rows.lowerBound * width
                    kernel(
                        source + first * channels, rows.count * width, Int32(channels), color, target + first * targetChannels)
                }
            }
        }
        return result
    }

    fileprivate func mapSamples<Target>(
        _ kernel: @Sendable (UnsafePointer<Sample>?, Int, UnsafeMutablePointer<Target>?) -> Void
    ) -> Raster<Target> {
        var result = Raster<Target>(uninitializedWidth: width, height: height, channels: channels)
        withMutablePointers(&result) { target in
            withPointers(self) { source in
                ThreadPool.shared.parallelFor(height, grain: rowGrain) { rows in
                    let first = rows.lowerBound * width * channels
                    kernel(source + first, rows.count * width * channels, target + first)
                }
            }
        }
        return result
    }
}
