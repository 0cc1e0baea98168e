import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// How the kinds of depth store their maps and write them to files.
enum DepthCoding {
    static let conventions: JSONObject = [
        "depth": "z along the optical axis", "pixels": "continuous; the centre of the first pixel is (0.5, 0.5)",
    ]

    // MARK: Store

    /// The header holds the range, so that a sequence of maps can be described without reading their values.
    static func encode(_ map: DepthMap) -> Buffer<UInt8> {
        var archive = PartArchive(["width": .int(map.width), "height": .int(map.height)])
        for (key, value) in map.convention.text { archive.facts[key] = .string(value) }
        if let range = map.values.finiteRange {
            archive.facts["range"] = [.int(Int(range.lowerBound.bitPattern)), .int(Int(range.upperBound.bitPattern))]
        }
        archive.add("depth", map.values.samples)
        if let confidence = map.confidence { archive.add("confidence", confidence.samples) }
        return archive.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> DepthMap {
        let archive = try PartReader(bytes)
        return DepthMap(
            values: try archive.raster("depth"), convention: try convention(archive),
            confidence: archive.has("confidence") ? try archive.raster("confidence") : nil)
    }

    private static func convention(_ archive: PartReader) throws -> DepthConvention {
        let unit = archive.facts["unit"] == nil ? DepthConvention.sceneUnit : try archive.string("unit")
        guard let convention = DepthConvention(word: try archive.string("convention"), unit: unit) else {
            throw PartReader.damaged
        }
        return convention
    }

    /// What the header of a depth map says of it.
    struct Facts {
        var width: Int
        var height: Int
        var convention: DepthConvention
        /// Smallest and largest finite value; nil without any.
        var range: ClosedRange<Float>?

        init(_ archive: PartReader) throws {
            if case .array(let bounds)? = archive.facts["range"] {
                let values = bounds.compactMap { bound in
                    if case .int(let bits) = bound { UInt32(exactly: bits).map { Float(bitPattern: $0) } } else { nil }
                }
                guard values.count == 2, values[0] <= values[1] else { throw PartReader.damaged }
                range = values[0]...values[1]
            }
            width = try archive.int("width")
            height = try archive.int("height")
            convention = try DepthCoding.convention(archive)
        }
    }

    // MARK: Files

    static func format(_ name: String, isMetric: Bool) -> FileFormat {
        let missing = isMetric ? "0" : "NaN"
        return switch name {
        case "exr": FileFormat(name, "EXR, 32-bit float, convention and unit inside, \(missing) where unknown")
        case "pfm": FileFormat(name, "PFM, 32-bit float, \(missing) where unknown")
        case "npy": FileFormat(name, "NumPy array, 32-bit float, \(missing) where unknown")
        case "npz": FileFormat(name, "NumPy arrays, 32-bit float, convention and unit inside, \(missing) where unknown")
        case "png": FileFormat(name, "PNG, 16-bit codes with their scale inside and in run.json, 0 where unknown")
        case "mkv":
            FileFormat(
                name, "lossless video of 16-bit codes, their scale in run.json, 0 where unknown", libraries: VideoFacts.libraries)
        default: FileFormat(name, name)
        }
    }

    /// Writes one map; of a PNG file with a coding of its own.
    static func write(_ map: DepthMap, to place: OutputPlace) throws -> WrittenFiles {
        let coding = place.format == "png" ? DepthFile.coding(of: map.values) : nil
        try DepthFile.write(map, to: place.path, coding: coding)
        var facts = JSONObject()
        facts["unit"] = map.convention.unit.map { .string($0) }
        return WrittenFiles(place, coding: coding?.json, facts: facts)
    }
}
