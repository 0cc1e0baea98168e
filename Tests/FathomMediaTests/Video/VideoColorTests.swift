import CKernels
import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct VideoColorTests {
    /// Even colours survive the way through YUV but for rounding: matrix, range and tags of writer and reader agree.
    @Test(arguments: [[200, 30, 60], [10, 220, 40], [30, 50, 240], [255, 255, 255], [0, 0, 0]] as [[UInt8]])
    func colorsComeBack(color: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let picture = Raster<UInt8>(width: 48, height: 32, channels: 3, samples: Buffer((0..<4608).map { color[$0 % 3] }))
        let writer = try VideoWriter(folder.file("clip.mp4"), coding: .h264, frameRate: 24)
        try writer.append(picture, at: FrameTime(ticks: 0, numerator: 1, denominator: 24))
        try writer.finish()
        let image = try #require(try VideoFile(folder.file("clip.mp4")).next()).image
        for index in 0..<4608 { #expect(abs(Int(image.samples[index]) - Int(color[index % 3])) <= 3) }
    }

    /// Through swscale, which rounds twice.
    @Test func deepGrayBecomesRGB() throws {
        let folder = try TemporaryFolder()
        let picture = TestClip.deepPicture(0, width: 33, height: 9)
        let writer = try VideoWriter(folder.file("depth.mkv"), coding: .losslessGray16, frameRate: 24)
        try writer.append(picture, at: FrameTime(ticks: 0, numerator: 1, denominator: 24))
        try writer.finish()
        let image = try #require(try VideoFile(folder.file("depth.mkv")).next()).image
        for index in 0..<33 * 9 {
            for channel in 0..<3 {
                #expect(abs(Double(image.samples[3 * index + channel]) - Double(picture.samples[index]) / 257) < 1.5)
            }
        }
    }

    /// The integer kernel against the definition in Double, at odd and tiny widths, for both chroma positions.
    @Test(arguments: [1, 2, 3, 31, 64], [false, true]) func kernelEqualsDefinition(width: Int, centered: Bool) {
        var random = SeededRandom(seed: UInt64(width))
        func row(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(random.index(below: 256)) } }
        let pairs = (width + 1) / 2
        let luma = row(width)
        let (nearU, farU, nearV, farV) = (row(pairs), row(pairs), row(pairs), row(pairs))
        // BT.709, limited range.
        func fixed(_ value: Double, _ unit: Double) -> Int32 { Int32((value * unit).rounded()) }
        let (y, r, gu, gv, b) = (
            255.0 / 219, 1.5748 * 255 / 224, -0.187324 * 255 / 224, -0.468124 * 255 / 224, 1.8556 * 255 / 224
        )
        var matrix = fathom_yuv_matrix(
            luma: fixed(y, 65536), offset: fixed(-16 * y, 65536), red_from_v: fixed(r, 4096), green_from_u: fixed(gu, 4096),
            green_from_v: fixed(gv, 4096), blue_from_u: fixed(b, 4096), left_own: centered ? 3 : 4, left_before: centered ? 1 : 0,
            right_own: centered ? 3 : 2, right_behind: centered ? 1 : 2)
        var rgb = [UInt8](repeating: 0, count: 3 * width)
        var scratch = [Int16](repeating: 0, count: 3 * width + 16)
        fathom_rgb8_from_yuv420_row(luma, nearU, farU, nearV, farV, width, &matrix, &scratch, &rgb)
        // Chroma sample k lies at pixel 2k + 0.5 (centred) or 2k.
        func chroma(_ near: [UInt8], _ far: [UInt8], _ x: Int) -> Double {
            let position = min(max((Double(x) - (centered ? 0.5 : 0)) / 2, 0), Double(pairs - 1))
            let left = Int(position)
            let right = min(left + 1, pairs - 1)
            func sample(_ k: Int) -> Double { 0.75 * Double(near[k]) + 0.25 * Double(far[k]) - 128 }
            return sample(left) + (sample(right) - sample(left)) * (position - Double(left))
        }
        for x in 0..<width {
            let (u, v) = (chroma(nearU, farU, x), chroma(nearV, farV, x))
            let base = y * (Double(luma[x]) - 16)
            for (channel, value) in [base + r * v, base + gu * u + gv * v, base + b * u].enumerated() {
                #expect(abs(Double(rgb[3 * x + channel]) - min(max(value, 0), 255)) <= 0.6)
            }
        }
    }
}
