import FathomCore
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Figures that compare two images, or two masks, of one size.
///
/// Images hold values in 0…1; masks are one channel, non-zero inside. Sizes and channels must match, which is a
/// precondition.
public enum ImageMetrics {
    /// Peak signal-to-noise ratio in decibels: −10 log₁₀ of the mean squared difference over pixels and channels.
    ///
    /// - Parameter mask: pixels to look at; nil for all.
    /// - Returns: infinity for equal images, NaN for an empty mask.
    public static func psnr(_ image: Raster<Float>, _ other: Raster<Float>, mask: Raster<UInt8>? = nil) -> Double {
        check(image, other, mask)
        let (channels, pixels) = (image.channels, image.pixelCount)
        var sum = 0.0
        var count = 0
        image.withPointer { a in
            other.withPointer { b in
                for pixel in 0..<pixels {
                    if let mask, mask.withPointer({ $0[pixel] == 0 }) { continue }
                    count += channels
                    for index in pixel * channels..<(pixel + 1) * channels {
                        let difference = Double(a[index] - b[index])
                        sum += difference * difference
                    }
                }
            }
        }
        return count == 0 ? .nan : -10 * log10(sum / Double(count))
    }

    /// Intersection over union of two silhouettes; 1 when both are empty.
    public static func silhouetteIoU(_ mask: Raster<UInt8>, _ other: Raster<UInt8>) -> Double {
        precondition(mask.width == other.width && mask.height == other.height, "the masks differ in size")
        precondition(mask.channels == 1 && other.channels == 1, "a mask has one channel")
        var both = 0
        var either = 0
        mask.withPointer { a in
            other.withPointer { b in
                for index in 0..<mask.pixelCount {
                    both += a[index] != 0 && b[index] != 0 ? 1 : 0
                    either += a[index] != 0 || b[index] != 0 ? 1 : 0
                }
            }
        }
        return either == 0 ? 1 : Double(both) / Double(either)
    }

    static func check(_ image: Raster<Float>, _ other: Raster<Float>, _ mask: Raster<UInt8>?) {
        precondition(
            image.width == other.width && image.height == other.height && image.channels == other.channels,
            "the images differ in shape")
        if let mask {
            precondition(mask.width == image.width && mask.height == image.height && mask.channels == 1, "the mask does not fit")
        }
    }
}
