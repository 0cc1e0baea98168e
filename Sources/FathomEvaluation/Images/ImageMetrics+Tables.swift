import FathomCore
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

extension ImageMetrics {
    /// The geometric mean of the mean squared error, 10^(−PSNR / 10), and √(1 − SSIM): one figure for both, smaller is better.
    ///
    /// Tables of radiance fields have LPIPS as a third factor; theirs and this one do not compare.
    public static func averageError(psnr: Double, ssim: Double) -> Double {
        (pow(10, -psnr / 10) * (1 - ssim).squareRoot()).squareRoot()
    }

    /// An image with all that lies outside of a mask painted white, as DTU's tables have it done to both images before `ssim`;
    /// their PSNR is over the mask alone.
    public static func onWhite(_ image: Raster<Float>, mask: Raster<UInt8>) -> Raster<Float> {
        check(image, image, mask)
        var result = image
        let channels = image.channels
        result.withMutablePointer { result in
            mask.withPointer { mask in
                for pixel in 0..<image.pixelCount where mask[pixel] == 0 {
                    for index in pixel * channels..<(pixel + 1) * channels { result[index] = 1 }
                }
            }
        }
        return result
    }
}
