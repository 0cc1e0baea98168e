import CJPEG
import FathomCore

/// JPEG through libjpeg (ITU-T T.81): baseline, progressive and arithmetic files; CMYK and YCCK become RGB.
enum JPEGCodec {
    /// A block of 8 × 8 samples takes at least a bit; 4 × 4 is the coarsest useful subsampling of the densest component.
    private static let mostPixelsPerByte = 8 * 64 * 16

    static func decode(_ bytes: [UInt8], name: String, limits: ReadLimits) throws -> DecodedImage {
        try withReader(bytes, name: name) { reader, header in
            let (width, height) = (Int(header.width), Int(header.height))
            try limits.check(width: width, height: height, name: name)
            if width * height / mostPixelsPerByte > bytes.count {
                throw FathomError.truncatedImage(
                    "\(bytes.count) bytes cannot hold \(width) × \(height) pixels", byte: bytes.count, name: name)
            }
            let orientation = EXIF.orientation(exif(reader))
            var raster = Raster<UInt8>(uninitializedWidth: width, height: height, channels: Int(header.channels))
            var failure = fathom_jpeg_failure()
            let status = raster.withMutablePointer { fathom_jpeg_read(reader, $0, &failure) }
            if status != FATHOM_JPEG_OK { throw error(status, failure, name: name) }
            return DecodedImage(samples: .u8(raster), orientation: orientation)
        }
    }

    static func size(_ bytes: [UInt8], name: String) throws -> (width: Int, height: Int, channels: Int) {
        try withReader(bytes, name: name) { _, header in (Int(header.width), Int(header.height), Int(header.channels)) }
    }

    /// See `EXIF.cameraSettings`.
    static func cameraSettings(_ bytes: [UInt8], name: String) throws -> [[UInt8]] {
        try withReader(bytes, name: name) { reader, _ in EXIF.cameraSettings(exif(reader)) }
    }

    /// Valid as long as the reader.
    private static func exif(_ reader: OpaquePointer) -> UnsafeRawBufferPointer {
        var count = 0
        let start = fathom_jpeg_exif(reader, &count)
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    static func encode<Result>(
        _ raster: Raster<UInt8>, quality: Int, _ consume: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        precondition(raster.channels == 1 || raster.channels == 3, "JPEG holds grey or RGB")
        precondition(raster.width > 0 && raster.height > 0, "an image file needs pixels")
        precondition((1...100).contains(quality), "JPEG quality is 1 to 100")
        var output: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = fathom_jpeg_failure()
        _ = raster.withPointer {
            fathom_jpeg_encode(
                $0, UInt32(raster.width), UInt32(raster.height), Int32(raster.channels), Int32(quality), quality < 90 ? 1 : 0,
                &output, &count, &failure)
        }
        guard let output else {
            throw FathomError(.stageFailed, "a JPEG image could not be encoded: \(messageText(failure.message))")
        }
        defer { fathom_jpeg_free(output) }
        return try consume(UnsafeRawBufferPointer(start: output, count: count))
    }

    private static func withReader<Result>(
        _ bytes: [UInt8], name: String, _ body: (OpaquePointer, fathom_jpeg_header) throws -> Result
    ) throws -> Result {
        try bytes.withUnsafeBufferPointer { input in
            var reader: OpaquePointer?
            var header = fathom_jpeg_header()
            var failure = fathom_jpeg_failure()
            let status = fathom_jpeg_open(input.baseAddress, input.count, &reader, &header, &failure)
            guard let reader else { throw error(status, failure, name: name) }
            defer { fathom_jpeg_close(reader) }
            return try body(reader, header)
        }
    }

    private static func error(_ status: Int32, _ failure: fathom_jpeg_failure, name: String) -> FathomError {
        let message = messageText(failure.message)
        return status == FATHOM_JPEG_TRUNCATED
            ? .truncatedImage(message, byte: failure.position, name: name)
            : .damagedImage("JPEG", message, byte: failure.position, name: name)
    }
}
