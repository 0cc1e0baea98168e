import FathomCore

/// One channel of an OpenEXR file and the file's text attributes.
public struct EXRImage: Sendable, Equatable {
    /// Samples of the display window; NaN where the file's data window does not reach.
    public var values: Raster<Float>
    /// Attributes of type string, by name.
    public var attributes: [String: String]

    /// - Precondition: one channel.
    public init(values: Raster<Float>, attributes: [String: String] = [:]) {
        precondition(values.channels == 1, "an EXR image here has one channel")
        self.values = values
        self.attributes = attributes
    }
}

/// OpenEXR files with depth: single-part scan lines, uncompressed or RLE, ZIPS, ZIP; half, float or unsigned samples.
///
/// Read is channel `Z`, else `Y`, else the only one; unsigned samples become the nearest float.
public enum EXRFile {
    /// Reads the depth channel of a file.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming the file, the byte and a remedy.
    public static func read(_ path: String, limits: ReadLimits = .current) throws -> EXRImage {
        try decode(FileSystem.read(path), name: path, limits: limits)
    }

    /// Decodes a file in memory; `name` stands for it in errors.
    public static func decode(_ bytes: [UInt8], name: String, limits: ReadLimits = .current) throws -> EXRImage {
        try bytes.withUnsafeBytes { bytes in
            let header = try EXRHeader(bytes, name: name, limits: limits)
            return EXRImage(values: try EXRReader(bytes, header, name: name).values(), attributes: header.attributes)
        }
    }

    /// Encodes one float channel `Z`, ZIP compressed, with `attributes` as strings. The same input gives the same bytes.
    ///
    /// - Precondition: attribute names have 1–31 ASCII characters and are none of the standard ones.
    public static func encode(_ image: EXRImage) -> [UInt8] {
        EXRWriter(image).bytes()
    }

    /// Writes a file atomically; see `encode`.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ image: EXRImage, to path: String) throws {
        try AtomicFile.write(encode(image), to: path)
    }
}
