import FathomCore
import FathomMedia

/// How well a predicted photo matches the photo that was taken there.
public struct RenderMetrics: Sendable, Equatable {
    /// Peak signal-to-noise ratio in decibels over what is judged: the pixels that are predicted and not masked. NaN where there
    /// are none, infinite for equal pictures.
    public var psnr: Double
    /// Structural similarity over the windows that lie wholly in what is judged; NaN where there are none.
    public var ssim: Double
    /// Share of the pixels that are not masked which are predicted; NaN where all are masked.
    public var coverage: Double

    /// Name and value of each figure, as the command line prints them.
    public var figures: [(name: String, value: Double)] { [("psnr", psnr), ("ssim", ssim), ("coverage", coverage)] }

    /// The mean over views: each counts alike, and each figure over the views that have it.
    public static func mean(of views: [RenderMetrics]) -> RenderMetrics {
        func mean(_ value: (RenderMetrics) -> Double) -> Double {
            let values = views.map(value).filter { !$0.isNaN }
            return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
        }
        return RenderMetrics(psnr: mean(\.psnr), ssim: mean(\.ssim), coverage: mean(\.coverage))
    }
}

extension RenderMetrics {
    /// Compares a prediction with the photo; O(pixels).
    ///
    /// - Parameters:
    ///   - photo: RGB of the prediction's size.
    ///   - mask: one channel, 0 for pixels to ignore; nil for none.
    public init(_ prediction: PredictedPhoto, photo: Raster<UInt8>, mask: Raster<UInt8>?) {
        let pixels = photo.pixelCount
        var judged = prediction.covered
        var (countable, count) = (0, 0)
        judged.withMutablePointer { judged in
            withPointers(mask) { mask in
                for index in 0..<pixels {
                    if let mask, mask[index] == 0 {
                        judged[index] = 0
                    } else {
                        countable += 1
                        count += judged[index] == 0 ? 0 : 1
                    }
                }
            }
        }
        let (image, truth) = (prediction.image.shares(), photo.shares())
        self.init(
            psnr: ImageMetrics.psnr(image, truth, mask: judged),
            ssim: ImageMetrics.ssim(image, truth, mask: ImageMetrics.wholeWindows(in: judged)),
            coverage: countable == 0 ? .nan : Double(count) / Double(countable))
    }
}

extension Raster<UInt8> {
    /// The samples as floats in 0…1.
    fileprivate func shares() -> Raster<Float> {
        var floats = floats()
        let count = floats.samples.count
        floats.withMutablePointer { samples in
            for index in 0..<count { samples[index] /= 255 }
        }
        return floats
    }
}
