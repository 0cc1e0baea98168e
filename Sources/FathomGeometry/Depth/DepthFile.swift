import FathomCore
import FathomMedia

/// Depth map files; the format is told by the extension: `exr`, `pfm`, `npy`, `npz` (array `depth`, else the only one), `png` (16
/// bits), `dmb` (Gipuma), `bin` (COLMAP).
///
/// EXR, PNG and NPZ (bytes of array `convention`) carry convention and unit; COLMAP's files are metric by definition; the others
/// have no room for them: a `DepthReading` says what they hold. Pixels without depth are 0 in float files of metric depth, NaN in
/// float files of the other conventions (where 0 is a value), and code 0 in PNG. Confidence is not part of these files.
public enum DepthFile {
    /// Extensions that can be read and written.
    public static let extensions = anyConventionExtensions + ["bin"]
    /// Those of formats that are not for metric depth alone.
    public static let anyConventionExtensions = ["exr", "pfm", "npy", "npz", "png", "dmb"]

    private static let conventionKey = "convention"
    private static let unitKey = "unit"
    private static let usual = DepthConvention.metric(unit: DepthConvention.sceneUnit)

    /// Reads a depth map.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming the file and what is wrong with it, such as codes that nobody
    ///   explains.
    public static func read(_ path: String, as reading: DepthReading = DepthReading()) throws -> DepthMap {
        try content(of: path, as: reading).map
    }

    /// Reads a depth map and tells what was assumed; see `read`.
    public static func content(of path: String, as reading: DepthReading = DepthReading()) throws -> DepthFileContent {
        func floats(_ values: Raster<Float>, stated: DepthConvention? = nil) -> DepthFileContent {
            var notes: [String] = []
            let convention = reading.convention(stated: stated, usual: usual, notes: &notes)
            return DepthFileContent(
                DepthMap(values: restored(values, convention), convention: convention),
                isConventionAssumed: stated == nil && reading.convention == nil, notes: notes)
        }
        switch path.pathExtension {
        case "exr":
            let image = try EXRFile.read(path)
            return floats(
                image.values, stated: try convention(image.attributes[conventionKey], image.attributes[unitKey], name: path))
        case "png": return try readPNG(path, reading)
        case "pfm": return floats(try PFMFile.read(path))
        case "npy": return floats(try values(of: NPYArray(path: path), name: path))
        case "npz":
            let file = try NPZReader(path: path)
            let others = file.names.filter { $0 != conventionKey }
            let array = try file.array(others.count == 1 ? others[0] : "depth")
            return floats(try values(of: array, name: path), stated: try convention(of: file, name: path))
        case "dmb": return floats(try GipumaDepthFile.read(path))
        case "bin": return floats(try ColmapDepthFile.read(path), stated: usual)
        default: throw unknown(path, .inputInvalid)
        }
    }

    /// Writes a depth map atomically.
    ///
    /// - Parameter coding: what the codes of a PNG file mean; nil takes `coding(of:)`.
    /// - Throws: `cannotCreate` or `io`; `usage` for an unknown extension; `inputInvalid` when the format cannot hold the convention.
    public static func write(_ map: DepthMap, to path: String, coding: PNG16Codec.Coding? = nil) throws {
        let convention = map.convention
        func values() -> Raster<Float> { stored(map.values, convention) }
        switch path.pathExtension {
        case "exr": try EXRFile.write(EXRImage(values: values(), attributes: convention.attributes), to: path)
        case "png":
            try PNG16Codec.write(map.values, as: coding ?? Self.coding(of: map.values), to: path, text: convention.text)
        case "pfm": try PFMFile.write(values(), to: path)
        case "npy": try NPYWriter.write(values().samples, shape: [map.height, map.width], to: path)
        case "npz":
            let file = try NPZWriter(path: path)
            try file.add("depth", values().samples, shape: [map.height, map.width])
            try addConvention(convention, to: file)
            try file.finish()
        case "dmb": try GipumaDepthFile.write(values(), to: path)
        case "bin":
            guard convention.isMetric else {
                throw FathomError(
                    .inputInvalid, "depth maps of COLMAP are metric and cannot hold \(convention.phrase)",
                    remedy: "choose another format", at: path)
            }
            try ColmapDepthFile.write(values(), to: path)
        default: throw unknown(path, .usage)
        }
    }

    /// Writes a 16-bit PNG file with the codes of other programs atomically. The file states their meaning as well.
    ///
    /// - Returns: how many pixels with depth have none in the file, because no code expresses it.
    /// - Throws: `cannotCreate` or `io`; `inputInvalid` for depth that is not metric or not in a unit of length.
    public static func write(_ map: DepthMap, to path: String, as coding: PlainCoding) throws -> Int {
        guard let unit = map.convention.unit else {
            throw FathomError(
                .inputInvalid, "\(map.convention.phrase) cannot be written as \(coding.phrase)",
                remedy: "only metric depth can; --to-convention metric makes it of inverse depth", at: path)
        }
        let map = try map.converted(to: .metric(unit: coding.unit ?? unit)).map
        let (codes, lost) = coding.encode(map.values)
        try ImageFile.writePNG(codes, to: path, text: PNG16Codec.text(of: coding.stated) + map.convention.text)
        return lost
    }

    /// Adds the array that states a convention to an NPZ file.
    package static func addConvention(_ convention: DepthConvention, to file: NPZWriter) throws {
        let words = [convention.word, convention.unit].compactMap { $0 }.joined(separator: " ")
        try file.add(conventionKey, Buffer(Array(words.utf8)), shape: [words.utf8.count])
    }

    /// The coding with which `write` puts values into a PNG file: linear over the range of the finite ones.
    public static func coding(of values: Raster<Float>) -> PNG16Codec.Coding {
        PNG16Codec.Coding(kind: .linear, spanning: values.finiteRange ?? 0...1)
    }

    // MARK: Parts

    /// What the arrays of an NPZ file hold, if its array `convention` states it.
    ///
    /// - Throws: `inputInvalid` for a convention that is not known.
    static func convention(of file: NPZReader, name: String) throws -> DepthConvention? {
        guard file.names.contains(conventionKey) else { return nil }
        let bytes = try file.array(conventionKey).integers().array.map { UInt8(truncatingIfNeeded: $0) }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1).map(String.init)
        return try convention(words.first, words.count > 1 ? words[1] : nil, name: name)
    }

    /// The values of an array height × width; further extents of 1 are ignored.
    ///
    /// - Throws: `inputInvalid` for other shapes.
    static func values(of array: NPYArray, name: String) throws -> Raster<Float> {
        let shape = array.shape.count > 2 ? array.shape.filter { $0 != 1 } : array.shape
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw FathomError(.inputInvalid, "holds an array of shape \(array.shape), not height × width", at: name)
        }
        try ReadLimits.current.check(width: shape[1], height: shape[0], name: name)
        return Raster(width: shape[1], height: shape[0], samples: array.floats())
    }

    private static func readPNG(_ path: String, _ reading: DepthReading) throws -> DepthFileContent {
        let image = try ImageFile.read(path)
        var notes: [String] = []
        if let coding = try PNG16Codec.coding(of: image, name: path) {
            let stated = try convention(image.text[conventionKey], image.text[unitKey], name: path)
            let convention = reading.convention(stated: stated, usual: usual, notes: &notes)
            if let given = reading.coding {
                notes.append("it states what its codes mean, so that they are not read as \(given.phrase)")
            }
            let values = PNG16Codec.decode(try PNG16Codec.codes(of: image, name: path), as: coding)
            return DepthFileContent(
                DepthMap(values: values, convention: convention), coding: coding,
                isConventionAssumed: stated == nil && reading.convention == nil, notes: notes)
        }
        let layout = DepthLayout.coding(of: path)
        guard let coding = reading.coding ?? layout?.coding else { throw unexplained(image, path) }
        if reading.coding == nil, let layout { notes.append("its codes are taken as \(coding.phrase): \(layout.sign)") }
        let codes = try PNG16Codec.codes(of: image, name: path)
        let stated = coding.unit.map { DepthConvention.metric(unit: $0) }
        let convention = reading.convention(stated: stated, usual: usual, notes: &notes)
        return DepthFileContent(
            DepthMap(values: coding.decode(codes), convention: convention), coding: coding.stated,
            isConventionAssumed: stated == nil && reading.convention == nil, notes: notes)
    }

    /// The error for an image whose codes nobody explains.
    private static func unexplained(_ image: DecodedImage, _ path: String) -> FathomError {
        guard case .u16(let raster) = image.samples, raster.channels == 1 else {
            return FathomError(
                .inputInvalid, "is a picture, not depth: it has no 16-bit grey samples",
                remedy: "take the 16-bit or float file of which it was made", at: path)
        }
        return FathomError(
            .inputInvalid, "does not say what its codes mean",
            remedy:
                "say whether they are mm (millimetres), tum (metres × 5000), kitti (metres × 256) or a number (depth per code), with "
                + "--from-coding or, for the truth of fathom eval, --truth-coding", at: path)
    }

    private static func convention(_ word: String?, _ unit: String?, name: String) throws -> DepthConvention? {
        guard let word else { return nil }
        if let known = DepthConvention(word: word, unit: unit ?? DepthConvention.sceneUnit) { return known }
        throw FathomError(.inputInvalid, "states the unknown depth convention \"\(word)\"", at: name)
    }

    /// Values as float files hold them.
    package static func stored(_ values: Raster<Float>, _ convention: DepthConvention) -> Raster<Float> {
        convention.isMetric ? values.replacing { $0.isNaN ? 0 : $0 } : values
    }

    /// Values of a float file as memory holds them.
    static func restored(_ values: Raster<Float>, _ convention: DepthConvention) -> Raster<Float> {
        convention.isMetric ? values.replacing { $0 > 0 && $0 < .infinity ? $0 : .nan } : values
    }

    private static func unknown(_ path: String, _ code: FathomError.Code) -> FathomError {
        FathomError(code, "has no known depth extension", remedy: "use one of \(extensions.joined(separator: ", "))", at: path)
    }
}

extension Raster<Float> {
    /// The raster with every sample replaced.
    fileprivate func replacing(_ change: (Float) -> Float) -> Raster<Float> {
        var copy = self
        copy.withMutablePointer { values in
            for index in 0..<samples.count { values[index] = change(values[index]) }
        }
        return copy
    }
}
