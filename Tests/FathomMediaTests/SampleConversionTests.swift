import FathomCore
import FathomMedia
import Testing

@Suite struct SampleConversionTests {
    private typealias Color = SIMD3<Double>

    /// What a pixel of 0…255 samples looks like, written out for one pixel.
    private func color(_ pixel: [Double], over background: SIMD3<UInt8>?) -> Color {
        let color = pixel.count < 3 ? Color(repeating: pixel[0]) : Color(pixel[0], pixel[1], pixel[2])
        guard let background, pixel.count % 2 == 0 else { return color }
        let alpha = pixel[pixel.count - 1] / 255
        return color * alpha + Color(SIMD3<Double>(background)) * (1 - alpha)
    }

    private func check(_ image: DecodedImage, pixel: (Int) -> [Double]) {
        for background in [nil, SIMD3<UInt8>(10, 200, 90)] {
            let bytes = image.rgb8(over: background)
            let floats = image.rgbFloat(over: background)
            let luma = image.gray(over: background)
            let wrong = (0..<image.width * image.height).filter { i in
                let expected = color(pixel(i), over: background)
                let gray = 0.299 * expected.x + 0.587 * expected.y + 0.114 * expected.z
                return abs(Double(luma.samples[i]) - gray) > 1e-4
                    || (0..<3).contains { abs(Double(floats.samples[3 * i + $0]) - expected[$0]) > 1e-4 }
                    || (0..<3).contains { abs(Double(bytes.samples[3 * i + $0]) - expected[$0]) > 0.5001 }
            }
            #expect(
                wrong.isEmpty, "\(wrong.count) pixels differ, channels \(image.channels), over \(String(describing: background))")
        }
    }

    @Test(arguments: 1...4) func colorAndLumaFollowTheirDefinitions(channels: Int) {
        var random = SeededRandom(seed: 11)
        let bytes = Raster<UInt8>(
            width: 37, height: 5, channels: channels,
            samples: Buffer((0..<185 * channels).map { _ in .random(in: 0...255, using: &random) }))
        check(DecodedImage(samples: .u8(bytes))) { i in (0..<channels).map { Double(bytes.samples[i * channels + $0]) } }
        let words = Raster<UInt16>(
            width: 37, height: 5, channels: channels,
            samples: Buffer((0..<185 * channels).map { _ in .random(in: 0...65535, using: &random) }))
        check(DecodedImage(samples: .u16(words))) { i in (0..<channels).map { Double(words.samples[i * channels + $0]) / 257 } }
        #expect(DecodedImage(samples: .u8(bytes)).gray() == bytes.gray())
    }

    @Test func floatsBecomeBytesAndBack() {
        let floats = Raster<Float>(width: 5, height: 1, samples: Buffer([-3, 0.5, 254.49, 900, .nan]))
        #expect(floats.bytes().samples.array == [0, 1, 254, 255, 0])
        let bytes = Raster<UInt8>(width: 2, height: 1, channels: 3, samples: Buffer([255, 0, 0, 10, 20, 30]))
        #expect(bytes.floats().samples.array == [255, 0, 0, 10, 20, 30])
    }
}
