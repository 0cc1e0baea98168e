import FathomCore
import FathomMedia

/// Confidence files, values 0…1 per pixel, in the formats of depth files: `exr`, `png` (16 bits), `npy`, `npz` (array
/// `confidence`), `pfm`. Pixels without confidence are 0.
public enum ConfidenceFile {
    /// Extensions that can be written.
    public static let extensions = ["exr", "pfm", "npy", "npz", "png"]

    /// How codes of PNG files map to values: code 1 is 0, code 65535 is 1.
    public static let coding = PNG16Codec.Coding(kind: .linear, spanning: 0...1)

    /// Writes a confidence map atomically.
    ///
    /// - Throws: `cannotCreate` or `io`; `usage` for an unknown extension.
    public static func write(_ confidence: Raster<Float>, to path: String) throws {
        var values = confidence
        values.withMutablePointer { values in
            for index in 0..<confidence.samples.count where values[index].isNaN { values[index] = 0 }
        }
        let shape = [values.height, values.width]
        switch path.pathExtension {
        case "exr": try EXRFile.write(EXRImage(values: values), to: path)
        case "png": try PNG16Codec.write(values, as: coding, to: path)
        case "pfm": try PFMFile.write(values, to: path)
        case "npy": try NPYWriter.write(values.samples, shape: shape, to: path)
        case "npz":
            let file = try NPZWriter(path: path)
            try file.add("confidence", values.samples, shape: shape)
            try file.finish()
        default:
            throw FathomError(
                .usage, "has no known confidence extension", remedy: "use one of \(extensions.joined(separator: ", "))",
                at: path)
        }
    }
}
