import FathomCore

/// Portable float maps with one channel: `Pf`, width and height, scale, then 32-bit floats, rows bottom to top.
///
/// A negative scale means little endian. Its magnitude carries no defined meaning and is ignored.
public enum PFMFile {
    /// Reads a grey map; the first row of the result is the top one.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming the file, the byte and a remedy.
    public static func read(_ path: String, limits: ReadLimits = .current) throws -> Raster<Float> {
        try decode(FileSystem.read(path), name: path, limits: limits)
    }

    /// Decodes a map in memory; `name` stands for it in errors.
    ///
    /// Time and memory in proportion to the pixels. What follows the samples is ignored.
    ///
    /// - Throws: `inputInvalid` for three channels, damaged headers, sizes beyond `limits` and files that end early.
    public static func decode(_ bytes: [UInt8], name: String, limits: ReadLimits = .current) throws -> Raster<Float> {
        var header = Header(bytes: bytes, name: name)
        switch try header.token() {
        case "Pf": break
        case "PF":
            throw FathomError(.inputInvalid, "has three channels", remedy: "depth maps have one: export it as grey", at: name)
        default: throw FathomError(.inputInvalid, "is not a portable float map", remedy: "it must begin with Pf", at: name)
        }
        let width = try header.number("width", Int.init)
        let height = try header.number("height", Int.init)
        let scale = try header.number("scale", Float.init)
        try limits.check(width: width, height: height, name: name)
        if scale == 0 || !scale.isFinite {
            throw FathomError(
                .inputInvalid, "the scale \(scale) tells no byte order", remedy: "write -1.0 for little endian", at: name)
        }
        let start = header.position
        if bytes.count - start < 4 * width * height {
            throw FathomError.truncatedImage(
                "\(width) × \(height) floats need \(4 * width * height) bytes behind the header, \(bytes.count - start) are there",
                byte: bytes.count, name: name)
        }
        var raster = Raster<Float>(uninitializedWidth: width, height: height)
        raster.withMutablePointer { target in
            bytes.withUnsafeBytes { source in
                for y in 0..<height {
                    let row = UnsafeMutableRawBufferPointer(start: target + (height - 1 - y) * width, count: 4 * width)
                    row.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[(start + 4 * y * width)...].prefix(4 * width)))
                }
            }
            if scale > 0 {
                for i in 0..<width * height { target[i] = Float(bitPattern: target[i].bitPattern.byteSwapped) }
            }
        }
        return raster
    }

    /// Encodes one channel, little endian. The same input gives the same bytes.
    ///
    /// - Returns: the header with scale −1 and rows bottom to top; NaN and infinities keep their bits.
    public static func encode(_ raster: Raster<Float>) -> [UInt8] {
        precondition(raster.channels == 1, "a grey float map has one channel")
        let header = Array("Pf\n\(raster.width) \(raster.height)\n-1.0\n".utf8)
        let rowBytes = 4 * raster.width
        return raster.withPointer { source in
            [UInt8](unsafeUninitializedCapacity: header.count + rowBytes * raster.height) { target, count in
                var next = UnsafeMutableRawBufferPointer(target)
                func append(_ bytes: UnsafeRawBufferPointer) {
                    next.copyMemory(from: bytes)
                    next = UnsafeMutableRawBufferPointer(rebasing: next[bytes.count...])
                }
                header.withUnsafeBytes(append)
                for y in (0..<raster.height).reversed() {
                    append(UnsafeRawBufferPointer(start: source + y * raster.width, count: rowBytes))
                }
                count = target.count - next.count
            }
        }
    }

    /// Writes a file atomically; see `encode`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ raster: Raster<Float>, to path: String) throws {
        try AtomicFile.write(encode(raster), to: path)
    }

    /// The words before the samples.
    private struct Header {
        let bytes: [UInt8]
        let name: String
        /// First byte behind the white space that ends the last word.
        var position = 0

        /// The next word of at most 32 bytes; takes one byte of white space behind it.
        mutating func token() throws -> String {
            while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
            let word = bytes[position...].prefix(33).prefix { !Self.isSpace($0) }
            position += word.count + 1
            guard position <= bytes.count, (1...32).contains(word.count) else {
                throw FathomError(
                    .inputInvalid, "the header is damaged", remedy: "it must read: Pf, width and height, scale",
                    at: "\(name), byte \(min(position, bytes.count))")
            }
            return String(decoding: word, as: UTF8.self)
        }

        mutating func number<Value>(_ what: String, _ parse: (String) -> Value?) throws -> Value {
            let word = try token()
            guard let value = parse(word) else {
                throw FathomError(
                    .inputInvalid, "the \(what) is not a number (\(word.debugDescription))",
                    remedy: "the header must read: Pf, width and height, scale",
                    at: "\(name), byte \(position - word.utf8.count - 1)")
            }
            return value
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    }
}
