import CPNG
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// PNG through libpng (ISO/IEC 15948): all colour types and depths, interlaced files, tRNS, text and EXIF chunks.
enum PNGCodec {
    /// Deflate cannot expand beyond 1032:1, so a header that promises more is false.
    private static let largestExpansion = 1032

    static func decode(_ bytes: [UInt8], name: String, limits: ReadLimits) throws -> DecodedImage {
        try withReader(bytes, name: name) { reader, header in
            let (width, height) = (Int(header.width), Int(header.height))
            try limits.check(width: width, height: height, name: name)
            if Int(header.stored_row_bytes) * height / largestExpansion > bytes.count {
                throw FathomError.truncatedImage(
                    "\(bytes.count) bytes cannot hold \(width) × \(height) pixels", byte: bytes.count, name: name)
            }
            let samples: DecodedImage.Samples
            if header.sample_bytes == 2 {
                samples = .u16(try raster(reader, header, name: name))
            } else {
                samples = .u8(try raster(reader, header, name: name))
            }
            var exifCount = 0
            let exif = fathom_png_exif(reader, &exifCount)
            return DecodedImage(
                samples: samples, orientation: EXIF.orientation(UnsafeRawBufferPointer(start: exif, count: exifCount)),
                text: text(reader))
        }
    }

    static func size(_ bytes: [UInt8], name: String) throws -> (width: Int, height: Int, channels: Int) {
        try withReader(bytes, name: name) { _, header in (Int(header.width), Int(header.height), Int(header.channels)) }
    }

    static func encode<Sample, Result>(
        _ raster: Raster<Sample>, text: [(key: String, value: String)], _ consume: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        precondition((1...4).contains(raster.channels), "PNG holds 1 to 4 channels")
        precondition(raster.width > 0 && raster.height > 0, "an image file needs pixels")
        precondition(
            text.allSatisfy { (1...79).contains($0.key.utf8.count) && $0.key.utf8.allSatisfy { (32...126).contains($0) } },
            "PNG text keys are 1 to 79 printable ASCII characters")
        // Keys and values as C strings one after the other, so that one pointer serves them all.
        let strings = text.flatMap { Array($0.key.utf8CString) + Array($0.value.utf8CString) }
        var output: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = fathom_png_failure()
        let status = raster.withPointer { samples in
            strings.withUnsafeBufferPointer { strings in
                var entries: [fathom_png_text] = []
                var next = strings.baseAddress
                for (key, value) in text {
                    let start = next.map { $0 + key.utf8.count + 1 }
                    let ascii = value.utf8.allSatisfy { $0 < 128 }
                    entries.append(
                        fathom_png_text(key: next, value: start, value_count: value.utf8.count, utf8: ascii ? 0 : 1))
                    next = start.map { $0 + value.utf8.count + 1 }
                }
                return fathom_png_encode(
                    UnsafeRawPointer(samples).assumingMemoryBound(to: UInt8.self), UInt32(raster.width), UInt32(raster.height),
                    Int32(raster.channels), Int32(MemoryLayout<Sample>.size), entries, Int32(entries.count), &output,
                    &count, &failure)
            }
        }
        guard status == FATHOM_PNG_OK, let output else {
            throw FathomError(.stageFailed, "a PNG image could not be encoded: \(messageText(failure.message))")
        }
        defer { fathom_png_free(output) }
        return try consume(UnsafeRawBufferPointer(start: output, count: count))
    }

    private static func raster<Sample>(
        _ reader: OpaquePointer, _ header: fathom_png_header, name: String
    ) throws -> Raster<Sample> {
        var raster = Raster<Sample>(
            uninitializedWidth: Int(header.width), height: Int(header.height), channels: Int(header.channels))
        var failure = fathom_png_failure()
        let status = raster.withMutablePointer {
            fathom_png_read(reader, UnsafeMutableRawPointer($0).assumingMemoryBound(to: UInt8.self), &failure)
        }
        if status != FATHOM_PNG_OK { throw error(status, failure, name: name) }
        return raster
    }

    private static func text(_ reader: OpaquePointer) -> [String: String] {
        var result: [String: String] = [:]
        var entry = fathom_png_text()
        var index: Int32 = 0
        while fathom_png_get_text(reader, index, &entry) != 0 {
            index += 1
            guard let key = entry.key else { continue }
            let value = UnsafeRawBufferPointer(start: entry.value, count: entry.value_count)
            result[latin1(UnsafeRawBufferPointer(start: key, count: strlen(key)))] =
                entry.utf8 != 0 ? String(decoding: value, as: UTF8.self) : latin1(value)
        }
        return result
    }

    private static func latin1(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if byte < 0x80 {
                text.append(byte)
            } else {
                text.append(0xC0 | byte >> 6)
                text.append(0x80 | byte & 0x3F)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func withReader<Result>(
        _ bytes: [UInt8], name: String, _ body: (OpaquePointer, fathom_png_header) throws -> Result
    ) throws -> Result {
        try bytes.withUnsafeBufferPointer { input in
            var reader: OpaquePointer?
            var header = fathom_png_header()
            var failure = fathom_png_failure()
            let status = fathom_png_open(input.baseAddress, input.count, &reader, &header, &failure)
            guard let reader else { throw error(status, failure, name: name) }
            defer { fathom_png_close(reader) }
            return try body(reader, header)
        }
    }

    private static func error(_ status: Int32, _ failure: fathom_png_failure, name: String) -> FathomError {
        let message = messageText(failure.message)
        return status == FATHOM_PNG_TRUNCATED
            ? .truncatedImage(message, byte: failure.position, name: name)
            : .damagedImage("PNG", message, byte: failure.position, name: name)
    }
}
