import FathomCore
import FathomMedia

/// Depth maps of Gipuma and the ACMM family (`.dmb`), little endian: the 32-bit integers type (1: floats), height, width and
/// channels, then 32-bit floats, rows top to bottom. 0 is no depth.
enum GipumaDepthFile {
    /// The values as the file holds them.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and byte; normal maps, which have three channels, too.
    static func read(_ path: String, limits: ReadLimits = .current) throws -> Raster<Float> {
        var reader = ByteReader(try FileSystem.read(path), path: path)
        let type = try reader.integer(Int32.self, "the header")
        guard type == 1 else {
            throw reader.failure("the type is \(type), not 1 (32-bit floats)", remedy: "export the depth as floats")
        }
        let height = Int(try reader.integer(Int32.self, "the header"))
        let width = Int(try reader.integer(Int32.self, "the header"))
        let channels = try reader.integer(Int32.self, "the header")
        try limits.check(width: width, height: height, name: path)
        if channels != 1 {
            throw FathomError(
                .inputInvalid, "has \(channels) channels\(channels == 3 ? ", as normal maps do," : "") where depth has one",
                remedy: "give the file of depth, mostly called depths.dmb or disp.dmb", at: path)
        }
        return try reader.floats(width: width, height: height)
    }

    /// Writes atomically.
    ///
    /// - Throws: `cannotCreate` or `io`.
    static func write(_ values: Raster<Float>, to path: String) throws {
        var header = ByteWriter()
        for number in [1, values.height, values.width, 1] { header.append(Int32(number)) }
        try values.write(to: path, header: header)
    }
}
