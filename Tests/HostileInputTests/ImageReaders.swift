import FathomCore
import FathomMedia
import FathomTestSupport

/// PNG and JPEG in all kinds that readers tell apart.
enum ImageReaders {
    static func targets() throws -> [FuzzTarget] {
        [
            FuzzTarget("PNG", try png(), allowance: allowance, read: read),
            FuzzTarget("JPEG", try jpeg(), allowance: allowance, read: read),
        ]
    }

    private static let limits = ReadLimits.pixels(1 << 18)
    /// The image at the limit with four channels of 16 bits, the coefficients of a progressive JPEG, and what small files take.
    private static let allowance = 16 * (1 << 18) + (16 << 20)

    @Sendable
    private static func read(_ bytes: [UInt8]) throws {
        let image = try ImageFile.decode(bytes, name: "image", limits: limits)
        guard image.width * image.height <= limits.pixels else { throw FuzzTarget.Violation("the image is too large") }
        let upright = image.upright()
        guard upright.width * upright.height == image.width * image.height else { throw FuzzTarget.Violation("pixels are lost") }
    }

    /// A picture of all values, the same everywhere.
    static func picture<Sample: FixedWidthInteger & BitwiseCopyable & Sendable>(
        _ type: Sample.Type, channels: Int, width: Int = 23, height: Int = 11
    ) -> Raster<Sample> {
        var raster = Raster<Sample>(width: width, height: height, channels: channels, repeating: 0)
        for index in 0..<raster.samples.count { raster.samples[index] = Sample(truncatingIfNeeded: 7919 * index) }
        return raster
    }

    private static func png() throws -> [FuzzTarget.Seed] {
        var seeds = [
            FuzzTarget.Seed("an interlaced palette", GoldenImages.interlacedPalette, .png),
            FuzzTarget.Seed("1-bit grey", GoldenImages.oneBit, .png),
        ]
        let text = [(key: "fathom-coding", value: "linear"), (key: "Title", value: "Ähre")]
        for channels in 1...4 {
            let bytes = try ImageFile.encodePNG(picture(UInt8.self, channels: channels), text: text)
            seeds.append(FuzzTarget.Seed("\(channels) channels", bytes, .png))
            let wide = try ImageFile.encodePNG(picture(UInt16.self, channels: channels))
            seeds.append(FuzzTarget.Seed("\(channels) channels of 16 bits", wide, .png))
        }
        return seeds
    }

    private static func jpeg() throws -> [FuzzTarget.Seed] {
        [
            FuzzTarget.Seed("a progressive picture with EXIF", GoldenImages.progressive, .jpeg),
            FuzzTarget.Seed("CMYK", GoldenImages.cmyk, .jpeg),
            FuzzTarget.Seed("grey", try ImageFile.encodeJPEG(picture(UInt8.self, channels: 1)), .jpeg),
            FuzzTarget.Seed("full colour", try ImageFile.encodeJPEG(picture(UInt8.self, channels: 3), quality: 95), .jpeg),
            FuzzTarget.Seed("halved colour", try ImageFile.encodeJPEG(picture(UInt8.self, channels: 3), quality: 50), .jpeg),
        ]
    }
}
