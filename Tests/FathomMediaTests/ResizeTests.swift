import FathomCore
import FathomMedia
import Testing

@Suite struct ResizeTests {
    /// 7 × 5 samples (37x² + 91y + 13xy) mod 256.
    private let pattern = {
        var raster = Raster<Float>(uninitializedWidth: 7, height: 5)
        for y in 0..<5 {
            for x in 0..<7 { raster[x, y] = Float((37 * x * x + 91 * y + 13 * x * y) % 256) }
        }
        return raster
    }()

    private func expect(_ raster: Raster<Float>, equals golden: [Float]) {
        let difference = zip(raster.samples.array, golden).map { abs($0 - $1) }.max() ?? .infinity
        #expect(raster.samples.count == golden.count && difference < 2e-4, "differs by \(difference)")
    }

    /// OpenCV 5, INTER_AREA.
    @Test func areaMatchesOpenCV() {
        expect(
            pattern.resized(width: 3, height: 2, filter: .area),
            equals: [95.2857, 121.6857, 133.6857, 131.1714, 155.7429, 122.0286])
    }

    /// OpenCV 5, INTER_LINEAR.
    @Test func bilinearMatchesOpenCV() {
        expect(
            pattern.resized(width: 10, height: 3, filter: .bilinear),
            equals: [
                30.3333, 53.0667, 79.1667, 100.1667, 113.8000, 122.9000, 127.4667, 124.6667, 116.7667, 108.3333, 182.0000,
                216.6500,
                215.2500, 131.9500, 96.7500, 91.1500, 115.1500, 187.2500, 177.4500, 134.0000, 77.6667, 124.2333, 159.3333,
                150.9333,
                135.1667, 144.7333, 171.1000, 79.1667, 97.3333, 159.6667,
            ])
    }

    /// PyTorch 2, bilinear with align_corners=True.
    @Test func cornerAlignedBilinearMatchesPyTorch() {
        expect(
            pattern.resized(width: 10, height: 3, filter: .bilinearCorners),
            equals: [
                0.0000, 24.6667, 74.0000, 148.0000, 100.6667, 78.0000, 80.0000, 131.3334, 122.0000, 52.0000,
                182.0000, 224.0000, 205.3333, 126.0000, 96.0000, 90.6667, 110.0000, 178.6667, 186.6667, 134.0000,
                108.0000, 167.3333, 166.0000, 104.0000, 91.3333, 103.3333, 140.0000, 55.3333, 80.6667, 216.0000,
            ])
        let column = Raster<Float>(width: 1, height: 3, samples: Buffer([1, 2, 4]))
        expect(column.resized(width: 2, height: 1, filter: .bilinearCorners), equals: [1, 1])
    }

    /// OpenCV 5, INTER_CUBIC.
    @Test func bicubicMatchesOpenCV() {
        expect(
            pattern.resized(width: 9, height: 4, filter: .bicubic),
            equals: [
                6.0588, 25.2697, 91.4612, 132.7641, 91.8760, 89.1746, 131.5771, 126.9568, 65.6525, 141.0278, 201.6092, 119.0027,
                37.8277, 167.3086, 196.3991, 134.6487, 133.0566, 220.8734, 67.8009, 111.9741, 190.2143, 220.1624, 169.6914,
                201.2357,
                201.0997, 129.6911, 46.3941, 91.0199, 164.1470, 166.8917, 107.6277, 99.4990, 155.2249, 66.1012, 62.9854, 208.9730,
            ])
    }

    /// Pillow 13, LANCZOS: smaller in x, larger in y.
    @Test func lanczosMatchesPillow() {
        expect(
            pattern.resized(width: 4, height: 8, filter: .lanczos3),
            equals: [
                14.0055, 110.0090, 86.6511, 98.1448, 37.2083, 102.0940, 140.7264, 112.0246, 114.0349, 96.3472, 187.3057, 147.1683,
                216.5418, 107.3330, 125.7448, 183.4515, 173.3935, 165.7069, 146.6529, 146.3469, 52.5390, 217.6518, 226.7016,
                77.1117,
                94.7066, 166.9683, 148.7925, 97.1766, 166.9554, 112.7881, 65.3474, 135.1671,
            ])
    }

    /// Channels resize apart from each other, bytes like floats, on odd sizes up and down to a single pixel.
    @Test(arguments: ResizeFilter.allCases, [(1, 1), (61, 3), (5, 77), (130, 41), (64, 41)])
    func channelsAndBytesAgreeWithSingleFloats(filter: ResizeFilter, size: (Int, Int)) {
        var random = SeededRandom(seed: 3)
        let colors = Raster<UInt8>(
            width: 67, height: 41, channels: 3,
            samples: Buffer((0..<67 * 41 * 3).map { _ in .random(in: 0...255, using: &random) }))
        let resized = colors.resized(width: size.0, height: size.1, filter: filter)
        for channel in 0..<3 {
            let plane = Raster<Float>(
                width: 67, height: 41, samples: Buffer((0..<67 * 41).map { Float(colors.samples[3 * $0 + channel]) }))
            let single = plane.resized(width: size.0, height: size.1, filter: filter)
            let off = (0..<single.pixelCount).filter {
                abs(min(max(single.samples[$0], 0), 255) - Float(resized.samples[3 * $0 + channel])) > 0.5001
            }
            #expect(off.isEmpty)
        }
    }

    @Test(arguments: ResizeFilter.allCases) func constantsStayConstant(filter: ResizeFilter) {
        let flat = Raster<Float>(width: 23, height: 11, repeating: 200)
        for (width, height) in [(7, 5), (24, 40), (1, 200)] {
            let resized = flat.resized(width: width, height: height, filter: filter)
            #expect(resized.samples.array.allSatisfy { abs($0 - 200) < 1e-4 })
        }
        #expect(flat.resized(width: 23, height: 11, filter: filter) == flat)
    }
}
