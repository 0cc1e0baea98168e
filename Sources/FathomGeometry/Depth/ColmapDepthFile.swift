import FathomCore
import FathomMedia

/// Depth maps of COLMAP (`stereo/depth_maps/*.geometric.bin`, `*.photometric.bin`): `W&H&C&` in ASCII, then W·H·C 32-bit
/// floats, little endian, rows top to bottom, channel by channel. 0 is no depth.
enum ColmapDepthFile {
    /// The values as the file holds them.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and byte; normal maps, which have three channels, too.
    static func read(_ path: String, limits: ReadLimits = .current) throws -> Raster<Float> {
        var reader = ByteReader(try FileSystem.read(path), path: path)
        let width = try number(&reader, "width")
        let height = try number(&reader, "height")
        let channels = try number(&reader, "number of channels")
        try limits.check(width: width, height: height, name: path)
        if channels != 1 {
            throw FathomError(
                .inputInvalid, "has \(channels) channels\(channels == 3 ? ", as normal maps do," : "") where depth has one",
                remedy: "give the file of the same name in the folder depth_maps", at: path)
        }
        return try reader.floats(width: width, height: height)
    }

    /// Writes atomically.
    ///
    /// - Throws: `cannotCreate` or `io`.
    static func write(_ values: Raster<Float>, to path: String) throws {
        var header = ByteWriter()
        header.append("\(values.width)&\(values.height)&1&")
        try values.write(to: path, header: header)
    }

    /// A number and the `&` behind it.
    private static func number(_ reader: inout ByteReader, _ what: String) throws -> Int {
        var digits: [UInt8] = []
        while digits.count <= 9 {
            let byte = try reader.integer(UInt8.self, "the header")
            if byte == UInt8(ascii: "&"), let value = Int(String(decoding: digits, as: UTF8.self)), value > 0 { return value }
            guard (48...57).contains(byte) else { break }
            digits.append(byte)
        }
        throw reader.failure("the \(what) is no number", remedy: "depth maps of COLMAP begin with WIDTH&HEIGHT&1&")
    }
}
