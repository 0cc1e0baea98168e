import FathomCore
import FathomMedia

/// Depth map files; the format is told by the extension: `exr`, `png` (16 bits), `npy`, `npz` (array `depth`), `pfm`.
///
/// EXR and PNG carry convention and unit as attributes, NPZ as the UTF-8 bytes of array `convention`; NPY and PFM have no
/// room for them: the caller says what they hold. Pixels without depth are 0 in float files of metric depth, NaN in float files of the
/// other conventions (where 0 is a value), and code 0 in PNG. Confidence is not part of these files.
public enum DepthFile {
    /// Extensions that can be read and written.
    public static let extensions = ["exr", "pfm", "npy", "npz", "png"]

    private static let conventionKey = "convention"
    private static let unitKey = "unit"
    /// Unit of metric depth that names none.
    public static let defaultUnit = "scene unit"

    /// Reads a depth map.
    ///
    /// - Parameters:
    ///   - assumed: what files hold that do not state their convention; a statement in the file wins.
    ///   - codeScale: value per code for 16-bit PNG files that do not state their coding, such as 0.001 for millimetres read
    ///     in metres; codes 0 and 65535 are invalid in them. Nil refuses such files.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming the file and what is wrong with it.
    public static func read(
        _ path: String, assuming assumed: DepthConvention = .metric(unit: defaultUnit), codeScale: Double? = nil
    ) throws -> DepthMap {
        switch path.pathExtension {
        case "exr":
            let image = try EXRFile.read(path)
            let convention = try convention(image.attributes[conventionKey], image.attributes[unitKey], assumed, path)
            return DepthMap(values: restored(image.values, convention), convention: convention)
        case "png":
            return try readPNG(path, assumed, codeScale)
        case "pfm":
            return DepthMap(values: restored(try PFMFile.read(path), assumed), convention: assumed)
        case "npy":
            return try map(NPYArray(path: path), convention: assumed, name: path)
        case "npz":
            let file = try NPZReader(path: path)
            return try map(file.array("depth"), convention: convention(of: file, assuming: assumed, name: path), name: path)
        default:
            throw unknown(path, .inputInvalid)
        }
    }

    /// Writes a depth map atomically.
    ///
    /// - Parameter coding: what the codes of a PNG file mean; nil takes `coding(of:)`.
    /// - Throws: `cannotCreate` or `io`; `usage` for an unknown extension.
    public static func write(_ map: DepthMap, to path: String, coding: PNG16Codec.Coding? = nil) throws {
        let convention = map.convention
        let attributes = convention.attributes
        switch path.pathExtension {
        case "exr": try EXRFile.write(EXRImage(values: stored(map.values, convention), attributes: attributes), to: path)
        case "png":
            try PNG16Codec.write(map.values, as: coding ?? Self.coding(of: map.values), to: path, text: convention.text)
        case "pfm": try PFMFile.write(stored(map.values, convention), to: path)
        case "npy":
            try NPYWriter.write(stored(map.values, convention).samples, shape: [map.height, map.width], to: path)
        case "npz":
            let file = try NPZWriter(path: path)
            try file.add("depth", stored(map.values, convention).samples, shape: [map.height, map.width])
            try addConvention(convention, to: file)
            try file.finish()
        default: throw unknown(path, .usage)
        }
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

    /// What the arrays of an NPZ file hold: what its array `convention` states, else `assumed`.
    ///
    /// - Throws: `inputInvalid` for a convention that is not known.
    public static func convention(
        of file: NPZReader, assuming assumed: DepthConvention, name: String
    ) throws -> DepthConvention {
        guard file.names.contains(conventionKey) else { return assumed }
        let bytes = try file.array(conventionKey).integers().array.map { UInt8(truncatingIfNeeded: $0) }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1).map(String.init)
        return try convention(words.first, words.count > 1 ? words[1] : nil, assumed, name)
    }

    /// A depth map from an array height × width of a float file; further extents of 1 are ignored.
    ///
    /// - Throws: `inputInvalid` for other shapes.
    public static func map(_ array: NPYArray, convention: DepthConvention, name: String) throws -> DepthMap {
        let shape = array.shape.filter { $0 != 1 }
        guard shape.count == 2 else {
            throw FathomError(.inputInvalid, "holds an array of shape \(array.shape), not height × width", at: name)
        }
        let values = Raster(width: shape[1], height: shape[0], samples: array.floats())
        return DepthMap(values: restored(values, convention), convention: convention)
    }

    // MARK: Parts

    private static func readPNG(_ path: String, _ assumed: DepthConvention, _ codeScale: Double?) throws -> DepthMap {
        let image = try ImageFile.read(path)
        if try PNG16Codec.coding(of: image, name: path) == nil, let codeScale {
            let codes = try PNG16Codec.codes(of: image, name: path)
            var values = PNG16Codec.decode(codes, as: PNG16Codec.Coding(kind: .linear, scale: codeScale, offset: 0))
            values.withMutablePointer { values in
                codes.withPointer { codes in
                    for index in 0..<image.width * image.height where codes[index] == .max { values[index] = .nan }
                }
            }
            return DepthMap(values: values, convention: assumed)
        }
        let (values, text) = try PNG16Codec.read(path)
        return DepthMap(values: values, convention: try convention(text[conventionKey], text[unitKey], assumed, path))
    }

    private static func convention(
        _ name: String?, _ unit: String?, _ assumed: DepthConvention, _ path: String
    ) throws -> DepthConvention {
        guard let name else { return assumed }
        if let known = DepthConvention(word: name, unit: unit ?? defaultUnit) { return known }
        throw FathomError(.inputInvalid, "states the unknown depth convention \"\(name)\"", at: path)
    }

    /// Values as float files hold them.
    package static func stored(_ values: Raster<Float>, _ convention: DepthConvention) -> Raster<Float> {
        guard case .metric = convention else { return values }
        return values.replacing { $0.isNaN ? 0 : $0 }
    }

    /// Values of a float file as memory holds them.
    private static func restored(_ values: Raster<Float>, _ convention: DepthConvention) -> Raster<Float> {
        guard case .metric = convention else { return values }
        return values.replacing { $0 > 0 && $0 < .infinity ? $0 : .nan }
    }

    private static func unknown(_ path: String, _ code: FathomError.Code) -> FathomError {
        FathomError(code, "has no known depth extension", remedy: "use one of \(extensions.joined(separator: ", "))", at: path)
    }
}

extension DepthConvention {
    /// Keys and values that state the convention in a file.
    fileprivate var attributes: [String: String] {
        var attributes = ["convention": word]
        attributes["unit"] = unit
        return attributes
    }

    /// `attributes` in a fixed order.
    package var text: [(key: String, value: String)] {
        attributes.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    }

    /// The convention that `word` stands for, metric depth in `unit`; nil for an unknown word.
    public init?(word: String, unit: String = DepthFile.defaultUnit) {
        switch word {
        case "metric": self = .metric(unit: unit)
        case "affine-inverse": self = .affineInverse
        case "inverse": self = .inverse
        case "affine": self = .affine
        default: return nil
        }
    }

    /// The word for it in files and in `run.json`.
    public var word: String {
        switch self {
        case .metric: "metric"
        case .affineInverse: "affine-inverse"
        case .inverse: "inverse"
        case .affine: "affine"
        }
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
