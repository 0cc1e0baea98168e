import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct ImageFileTests {
    @Test func interlacedPaletteWithTransparency() throws {
        let image = try ImageFile.decode(GoldenImages.interlacedPalette, name: "palette.png")
        guard case .u8(let raster) = image.samples else { return #expect(Bool(false), "palettes have 8 bits") }
        let palette: [[UInt8]] = [[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 255, 0], [10, 20, 30, 255]]
        #expect((raster.width, raster.height, raster.channels) == (5, 7, 4))
        for y in 0..<7 {
            for x in 0..<5 { #expect((0..<4).map { raster[x, y, $0] } == palette[(x + 2 * y) % 4]) }
        }
        #expect(image.text == ["caf\u{e9}": "na\u{ef}ve"])
        let flat = image.rgb8(over: SIMD3(0, 0, 100))
        #expect((0..<3).map { flat[1, 0, $0] } == [0, 128, 50])
        #expect((0..<3).map { image.rgb8()[2, 0, $0] } == [0, 0, 255])
    }

    @Test func oneBitGray() throws {
        let image = try ImageFile.decode(GoldenImages.oneBit, name: "bits.png")
        #expect((image.width, image.height, image.channels) == (9, 3, 1))
        #expect(image.gray().samples.array == (0..<27).map { $0 % 3 == 0 ? 255 : 0 })
    }

    @Test func sixteenBitGrayWithAlpha() throws {
        let image = try ImageFile.decode(GoldenImages.grayAlpha16, name: "deep.png")
        guard case .u16(let raster) = image.samples else { return #expect(Bool(false), "16 bits stay 16 bits") }
        for y in 0..<3 {
            for x in 0..<4 {
                #expect(Int(raster[x, y, 0]) == 1000 * y + 257 * x)
                #expect(Int(raster[x, y, 1]) == 65535 - 3 * x * y)
            }
        }
        #expect(abs(image.gray()[3, 2] - Float(2771) / 257) < 1e-5)
        #expect(image.rgb8()[3, 2] == 11)
    }

    @Test func invertedCMYKBecomesRGB() throws {
        let raster = try ImageFile.decode(GoldenImages.cmyk, name: "inks.jpg").rgb8()
        #expect((0..<3).map { raster[4, 4, $0] } == [0, 255, 255])
        #expect((0..<3).map { raster[12, 4, $0] } == [255, 0, 255])
        #expect((0..<3).map { raster[4, 12, $0] } == [255, 255, 0])
        #expect((0..<3).map { raster[12, 12, $0] } == [127, 127, 127])
    }

    @Test func progressiveWithOrientation() throws {
        let image = try ImageFile.decode(GoldenImages.progressive, name: "turned.jpg")
        #expect((image.width, image.height, image.channels, image.orientation) == (40, 24, 3, 6))
        let stored = image.rgb8()
        #expect((0..<3).map { stored[10, 6, $0] } == [253, 8, 13])
        let upright = image.upright()
        #expect((upright.width, upright.height, upright.orientation) == (24, 40, 1))
        // Turned clockwise, the lower left quarter comes to the upper left.
        #expect((0..<3).map { upright.rgb8()[5, 10, $0] } == (0..<3).map { stored[10, 18, $0] })
    }

    @Test func orientationsUndoTheirOpposites() {
        let raster = Raster<UInt8>(width: 3, height: 2, channels: 2, samples: Buffer((0..<12).map { UInt8($0) }))
        for (orientation, inverse) in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6)] {
            #expect(raster.oriented(orientation).oriented(inverse) == raster)
        }
        // Six pixels 0 1 2 / 3 4 5: what each orientation shows.
        let shown = [
            [0, 1, 2, 3, 4, 5], [2, 1, 0, 5, 4, 3], [5, 4, 3, 2, 1, 0], [3, 4, 5, 0, 1, 2], [0, 3, 1, 4, 2, 5],
            [3, 0, 4, 1, 5, 2],
            [5, 2, 4, 1, 3, 0], [2, 5, 1, 4, 0, 3],
        ]
        for orientation in 1...8 {
            let turned = raster.oriented(orientation)
            #expect(turned.samples.array == shown[orientation - 1].flatMap { [UInt8(2 * $0), UInt8(2 * $0 + 1)] })
        }
    }

    @Test(arguments: 1...4) func pngRoundTrip(channels: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("image.png")
        let text = [("scale", "0.25"), ("note", "H\u{f6}he \u{2192} m")]
        var random = SeededRandom(seed: 7)
        let bytes = Raster<UInt8>(
            width: 17, height: 9, channels: channels,
            samples: Buffer((0..<17 * 9 * channels).map { _ in .random(in: 0...255, using: &random) }))
        try ImageFile.writePNG(bytes, to: path, text: text)
        let read = try ImageFile.read(path)
        guard case .u8(bytes) = read.samples else { return #expect(Bool(false), "8-bit samples changed") }
        #expect(read.text == Dictionary(uniqueKeysWithValues: text))
        #expect(try ImageFile.encodePNG(bytes, text: text) == FileSystem.read(path))
        #expect(try ImageFile.size(of: path) == (17, 9, channels))

        let words = Raster<UInt16>(
            width: 5, height: 4, channels: channels,
            samples: Buffer((0..<20 * channels).map { _ in .random(in: 0...65535, using: &random) }))
        try ImageFile.writePNG(words, to: path)
        guard case .u16(words) = try ImageFile.read(path).samples else { return #expect(Bool(false), "16-bit samples changed") }
    }

    @Test(arguments: [1, 3], [75, 95]) func jpegRoundTrip(channels: Int, quality: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("photo.png")  // The name may lie.
        var raster = Raster<UInt8>(uninitializedWidth: 203, height: 101, channels: channels)
        for y in 0..<101 {
            for x in 0..<203 { for c in 0..<channels { raster[x, y, c] = UInt8((x + y * (c + 1)) / 2 % 200) } }
        }
        try ImageFile.writeJPEG(raster, to: path, quality: quality)
        #expect(try ImageFile.size(of: path) == (203, 101, channels))
        guard case .u8(let read) = try ImageFile.read(path).samples else { return #expect(Bool(false), "JPEG has 8 bits") }
        let errors = zip(read.samples.array, raster.samples.array).map { abs(Int($0) - Int($1)) }
        #expect(errors.reduce(0, +) < 3 * errors.count)
    }

    @Test func wrongFilesNameTheRemedy() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("not an image", as: "a.jpg")
        let error = try #require(throws: FathomError.self) { try ImageFile.read(text) }
        #expect(error.description == "\(text): is neither a PNG nor a JPEG image; convert it to PNG or JPEG")
        #expect(throws: FathomError.self) { try ImageFile.read(folder.file("missing.png")) }
        #expect(throws: FathomError.self) { try ImageFile.decode([], name: "empty") }
    }

    @Test func largeClaimsAreRefusedBeforeAllocation() throws {
        let small = ReadLimits.pixels(34)
        #expect(throws: FathomError.self) {
            try ImageFile.decode(GoldenImages.interlacedPalette, name: "palette.png", limits: small)
        }
        // A valid PNG header that promises 16000 × 16000 pixels in a hundred bytes, and a JPEG of 65500 × 4000.
        var png = try ImageFile.encodePNG(Raster<UInt8>(width: 16000, height: 1, repeating: 0))
        png.replaceSubrange(20..<24, with: [0, 0, 0x3E, 0x80])
        png.replaceSubrange(29..<33, with: [0x64, 0x15, 0x80, 0x02])
        // The same with a single row of 2³¹ − 1 pixels of 8 bytes.
        var wide = png
        wide.replaceSubrange(16..<33, with: [0x7F, 255, 255, 255, 0, 0, 0, 1, 16, 6, 0, 0, 0, 0xF0, 0xA6, 0xEF, 0x9E])
        let error = try #require(throws: FathomError.self) { try ImageFile.decode(wide, name: "wide") }
        #expect(error.description.contains("at most"))
        var jpeg = GoldenImages.progressive
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC2 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x0F, 0xA0, 0xFF, 0xDC])
        for bomb in [png, jpeg] {
            let error = try #require(throws: FathomError.self) { try ImageFile.decode(bomb, name: "bomb") }
            #expect(error.description.contains("cannot hold"))
        }
    }

    @Test(arguments: [
        GoldenImages.interlacedPalette, GoldenImages.oneBit, GoldenImages.grayAlpha16, GoldenImages.cmyk,
        GoldenImages.progressive,
    ])
    func truncationIsAnError(file: [UInt8]) {
        for cut in Mutator.truncations(of: file) {
            #expect(throws: FathomError.self) { try ImageFile.decode(cut, name: "cut") }
        }
    }
}
