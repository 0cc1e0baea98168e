import FathomCore

/// PNG and JPEG files. The format of a file is told by its first bytes, never by its name.
public enum ImageFile {
    /// Reads an image as its file holds it; apply `DecodedImage.upright()` where EXIF orientation matters.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming the file, the byte and a remedy when the content is not a
    ///   complete PNG or JPEG image within `limits`.
    public static func read(_ path: String, limits: ReadLimits = .current) throws -> DecodedImage {
        try decode(FileSystem.read(path), name: path, limits: limits)
    }

    /// Decodes an image in memory; `name` stands for it in errors.
    public static func decode(_ bytes: [UInt8], name: String, limits: ReadLimits = .current) throws -> DecodedImage {
        switch try format(of: bytes, name: name) {
        case .png: try PNGCodec.decode(bytes, name: name, limits: limits)
        case .jpeg: try JPEGCodec.decode(bytes, name: name, limits: limits)
        }
    }

    /// Width, height and channels of an image, as `read` would return them, from the file's header alone.
    public static func size(of path: String) throws -> (width: Int, height: Int, channels: Int) {
        let head = try FileSystem.readPrefix(path, count: 128 << 10)
        if let size = try? size(of: head, name: path) { return size }
        // Damaged, or a header longer than most: the whole file tells.
        return try size(of: FileSystem.read(path), name: path)
    }

    /// What the camera wrote about itself into a JPEG file: maker, model and focal lengths. Equal values mean equal settings;
    /// empty where it says nothing.
    package static func cameraSettings(of path: String) throws -> [[UInt8]] {
        let head = try FileSystem.readPrefix(path, count: 128 << 10)
        guard try format(of: head, name: path) == .jpeg else { return [] }
        return try JPEGCodec.cameraSettings(head, name: path)
    }

    /// Whether a file begins as PNG or JPEG.
    static func isImage(_ path: String) throws -> Bool {
        let head = try FileSystem.readPrefix(path, count: 8)
        return (try? format(of: head, name: path)) != nil
    }

    /// Encodes grey (1 channel), grey + alpha (2), RGB (3) or RGB + alpha (4) as PNG. The same input gives the same bytes.
    ///
    /// - Parameter text: keys (1–79 printable ASCII characters) and values kept in text chunks.
    public static func encodePNG(_ raster: Raster<UInt8>, text: [(key: String, value: String)] = []) throws -> [UInt8] {
        try PNGCodec.encode(raster, text: text) { Array($0) }
    }

    /// Encodes 16-bit samples as PNG; see the 8-bit variant.
    public static func encodePNG(_ raster: Raster<UInt16>, text: [(key: String, value: String)] = []) throws -> [UInt8] {
        try PNGCodec.encode(raster, text: text) { Array($0) }
    }

    /// Writes a PNG file atomically; see `encodePNG`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func writePNG(
        _ raster: Raster<UInt8>, to path: String, text: [(key: String, value: String)] = []
    ) throws {
        try PNGCodec.encode(raster, text: text) { try write($0, to: path) }
    }

    /// Writes a PNG file with 16 bits per sample atomically; see `encodePNG`.
    public static func writePNG(
        _ raster: Raster<UInt16>, to path: String, text: [(key: String, value: String)] = []
    ) throws {
        try PNGCodec.encode(raster, text: text) { try write($0, to: path) }
    }

    /// Encodes grey (1 channel) or RGB (3) as baseline JPEG; chroma is halved below quality 90.
    ///
    /// - Parameter quality: 1…100, libjpeg's scale.
    public static func encodeJPEG(_ raster: Raster<UInt8>, quality: Int = 92) throws -> [UInt8] {
        try JPEGCodec.encode(raster, quality: quality) { Array($0) }
    }

    /// Writes a JPEG file atomically; see `encodeJPEG`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func writeJPEG(_ raster: Raster<UInt8>, to path: String, quality: Int = 92) throws {
        try JPEGCodec.encode(raster, quality: quality) { try write($0, to: path) }
    }

    private enum Format {
        case png
        case jpeg
    }

    private static func format(of bytes: [UInt8], name: String) throws -> Format {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8]) { return .jpeg }
        throw FathomError(
            .inputInvalid, bytes.isEmpty ? "is empty" : "is neither a PNG nor a JPEG image",
            remedy: bytes.isEmpty ? "copy the file again" : "convert it to PNG or JPEG", at: name)
    }

    private static func size(of bytes: [UInt8], name: String) throws -> (width: Int, height: Int, channels: Int) {
        switch try format(of: bytes, name: name) {
        case .png: try PNGCodec.size(bytes, name: name)
        case .jpeg: try JPEGCodec.size(bytes, name: name)
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }
}

extension FathomError {
    /// The error for image data that ends before the image does.
    static func truncatedImage(_ detail: String, byte: Int, name: String) -> FathomError {
        FathomError(
            .inputInvalid, "the image is cut off (\(detail))", remedy: "copy or download the file again",
            at: "\(name), byte \(byte)")
    }

    /// The error for image data that the decoder of `format` refuses.
    static func damagedImage(_ format: String, _ detail: String, byte: Int, name: String) -> FathomError {
        FathomError(
            .inputInvalid, "not a valid \(format) image (\(detail))", remedy: "copy the file again or re-export the image",
            at: "\(name), byte \(byte)")
    }
}

/// The text of a C message buffer, imported as a tuple.
func messageText(_ buffer: some BitwiseCopyable) -> String {
    withUnsafeBytes(of: buffer) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
