import FathomCore
import FathomEvaluation
import FathomMedia
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct ImageMetricsTests {
    private func image(width: Int, height: Int, channels: Int, _ value: (Int, Int, Int) -> Double) -> Raster<Float> {
        var raster = Raster<Float>(uninitializedWidth: width, height: height, channels: channels)
        for y in 0..<height {
            for x in 0..<width { for c in 0..<channels { raster[x, y, c] = Float(value(x, y, c)) } }
        }
        return raster
    }

    @Test func psnrOfAConstantOffset() {
        let image = image(width: 31, height: 17, channels: 3) { x, y, c in Double(x + y + c) / 60 }
        var other = image
        for index in 0..<image.samples.count { other.samples[index] += 0.1 }
        #expect(abs(ImageMetrics.psnr(image, other) - 20) < 1e-4)
        #expect(ImageMetrics.psnr(image, image) == .infinity)

        var mask = Raster<UInt8>(width: 31, height: 17, repeating: 0)
        #expect(ImageMetrics.psnr(image, other, mask: mask).isNaN)
        mask[3, 4] = 255
        other[3, 4, 1] = image[3, 4, 1] + 0.5
        #expect(abs(ImageMetrics.psnr(image, other, mask: mask) + 10 * log10((0.01 + 0.25 + 0.01) / 3)) < 1e-4)
    }

    /// Values of scikit-image 0.2x `structural_similarity` (defaults, `channel_axis`, `data_range` 1) for the same formulas.
    @Test(arguments: [(0.05, 1.3, 0.9575188730620923), (0.2, 0.4, 0.584543087272959), (0.3, 2.9, 0.4120834599467822)])
    func ssimMatchesTheReference(amplitude: Double, frequency: Double, expected: Double) {
        func base(_ x: Int, _ y: Int, _ c: Int) -> Double { 0.5 + 0.4 * sin(0.3 * Double(x) + Double(c)) * cos(0.2 * Double(y)) }
        let image = image(width: 33, height: 24, channels: 3, base)
        let other = self.image(width: 33, height: 24, channels: 3) { x, y, c in
            base(x, y, c) + amplitude * sin(frequency * Double(x) + 0.7 * Double(y) + 2 * Double(c))
        }
        #expect(abs(ImageMetrics.ssim(image, other) - expected) < 1e-6)
        #expect(ImageMetrics.ssim(image, image) == 1)
        #expect(ImageMetrics.ssim(image, other, mask: Raster(width: 33, height: 24, repeating: 0)).isNaN)
        let small = self.image(width: 33, height: 6, channels: 1) { _, _, _ in 0 }
        #expect(ImageMetrics.ssim(small, small).isNaN)
    }

    /// Values of scikit-image 0.26 and NumPy for the pairs of `ssimMatchesTheReference` as floats, seen through an ellipse.
    @Test(arguments: [
        (0.05, 1.3, 0.9809656389035695, 29.031617786350672, 0.013131177945839706),
        (0.2, 0.4, 0.7937111480552318, 16.989981583068126, 0.09530591617326069),
        (0.3, 2.9, 0.6798217880907953, 13.464788396002039, 0.15962779842384817),
    ])
    func figuresOfTablesMatchTheReference(amplitude: Double, frequency: Double, ssim: Double, psnr: Double, average: Double) {
        func base(_ x: Int, _ y: Int, _ c: Int) -> Double { 0.5 + 0.4 * sin(0.3 * Double(x) + Double(c)) * cos(0.2 * Double(y)) }
        let image = image(width: 33, height: 24, channels: 3, base)
        let other = self.image(width: 33, height: 24, channels: 3) { x, y, c in
            base(x, y, c) + amplitude * sin(frequency * Double(x) + 0.7 * Double(y) + 2 * Double(c))
        }
        var mask = Raster<UInt8>(width: 33, height: 24, repeating: 0)
        for y in 0..<24 {
            for x in 0..<33 {
                let (u, v) = (Double(x - 16) / 13, Double(y - 12) / 9)
                if u * u + v * v < 1 { mask[x, y] = 255 }
            }
        }
        let masked = ImageMetrics.psnr(image, other, mask: mask)
        let white = ImageMetrics.ssim(ImageMetrics.onWhite(image, mask: mask), ImageMetrics.onWhite(other, mask: mask))
        #expect(abs(masked - psnr) < 1e-6 && abs(white - ssim) < 1e-6)
        #expect(abs(ImageMetrics.averageError(psnr: masked, ssim: white) - average) < 1e-6)
        #expect(ImageMetrics.averageError(psnr: .infinity, ssim: 1) == 0)
    }

    /// Only windows wholly inside of a mask are left, as their definition says; nothing outside of it then counts.
    @Test func wholeWindowsSeeNothingOutsideOfTheMask() {
        var random = SeededRandom(seed: 3)
        var mask = Raster<UInt8>(width: 30, height: 26, repeating: 1)
        for _ in 0..<6 { mask[Int(random.uniform() * 30), Int(random.uniform() * 26)] = 0 }
        let whole = ImageMetrics.wholeWindows(in: mask)
        for y in 0..<26 {
            for x in 0..<30 {
                let isInside = x >= 3 && y >= 3 && x < 27 && y < 23
                let isWhole = isInside && (-3...3).allSatisfy { dy in (-3...3).allSatisfy { dx in mask[x + dx, y + dy] != 0 } }
                #expect((whole[x, y] != 0) == isWhole)
            }
        }
        let image = image(width: 30, height: 26, channels: 3) { x, y, c in Double(x * y + 5 * c) / 780 }
        var other = image
        for index in 0..<780 where mask.samples[index] == 0 { other.samples[3 * index] += 0.4 }
        #expect(ImageMetrics.ssim(image, other, mask: mask) < 0.999)
        #expect(ImageMetrics.ssim(image, other, mask: whole) == 1)
        let small = ImageMetrics.wholeWindows(in: Raster(width: 6, height: 9, repeating: 255))
        #expect(small.samples.array.allSatisfy { $0 == 0 })
    }

    @Test func silhouettesOverlap() {
        var (a, b) = (Raster<UInt8>(width: 20, height: 10, repeating: 0), Raster<UInt8>(width: 20, height: 10, repeating: 0))
        #expect(ImageMetrics.silhouetteIoU(a, b) == 1)
        for y in 0..<10 {
            for x in 0..<10 { a[x, y] = 255 }
            for x in 5..<15 { b[x, y] = 1 }
        }
        #expect(abs(ImageMetrics.silhouetteIoU(a, b) - 1.0 / 3) < 1e-12)
    }
}
