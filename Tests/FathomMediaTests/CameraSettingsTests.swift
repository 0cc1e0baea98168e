import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

/// What cameras write about themselves into their files.
struct CameraSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A JPEG file with an EXIF block: the model, and the focal length in a directory of its own.
    ///
    /// - Parameter cut: bytes that the block lacks at its end.
    private func photo(model: String, focalLength: UInt32, isLittle: Bool = true, cut: Int = 0) throws -> String {
        func number(_ value: UInt32, bytes: Int) -> [UInt8] {
            let digits = (0..<bytes).map { UInt8(value >> (8 * UInt32($0)) & 0xFF) }
            return isLittle ? digits : digits.reversed()
        }
        func entry(_ tag: UInt32, type: UInt32, count: Int, value: UInt32) -> [UInt8] {
            number(tag, bytes: 2) + number(type, bytes: 2) + number(UInt32(count), bytes: 4) + number(value, bytes: 4)
        }
        let name = Array(model.utf8) + [0]
        // Two directories of two entries and one, then their values.
        let (second, values) = (8 + 2 + 24 + 4, 8 + 2 + 24 + 4 + 2 + 12 + 4)
        var tiff: [UInt8] = Array((isLittle ? "II" : "MM").utf8) + number(42, bytes: 2) + number(8, bytes: 4)
        tiff += number(2, bytes: 2) + entry(0x0110, type: 2, count: name.count, value: UInt32(values))
        tiff += entry(0x8769, type: 4, count: 1, value: UInt32(second)) + number(0, bytes: 4)
        tiff += number(1, bytes: 2) + entry(0x920A, type: 5, count: 1, value: UInt32(values + name.count)) + number(0, bytes: 4)
        tiff += name + number(focalLength, bytes: 4) + number(10, bytes: 4)
        let block = Array("Exif\0\0".utf8) + tiff.dropLast(cut)
        let jpeg = try ImageFile.encodeJPEG(TestImages.formula(width: 16, height: 8, time: 0))
        let length = block.count + 2
        let bytes = jpeg[..<2] + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + block + jpeg[2...]
        return try folder.write(Array(bytes), as: "\(model)-\(focalLength)-\(isLittle)-\(cut).jpg")
    }

    @Test func modelAndFocalLengthTellSettingsApart() throws {
        let wide = try ImageFile.cameraSettings(of: photo(model: "Boxwood 3", focalLength: 240))
        #expect(wide == [Array("Boxwood 3\0".utf8), [240, 0, 0, 0, 10, 0, 0, 0]])
        #expect(try ImageFile.cameraSettings(of: photo(model: "Boxwood 3", focalLength: 500)) != wide)
        #expect(try ImageFile.cameraSettings(of: photo(model: "Boxwood 3", focalLength: 240, isLittle: false)).count == 2)
    }

    @Test func filesThatSayNothingOrAreDamagedHaveNone() throws {
        let image = TestImages.formula(width: 16, height: 8, time: 0)
        try ImageFile.writeJPEG(image, to: folder.file("plain.jpg"))
        try ImageFile.writePNG(image, to: folder.file("plain.png"))
        #expect(try ImageFile.cameraSettings(of: folder.file("plain.jpg")).isEmpty)
        #expect(try ImageFile.cameraSettings(of: folder.file("plain.png")).isEmpty)
        for cut in 1..<80 {
            let path = try photo(model: "Boxwood 3", focalLength: 240, cut: cut)
            #expect(try ImageFile.cameraSettings(of: path).count < 2)
        }
    }
}
