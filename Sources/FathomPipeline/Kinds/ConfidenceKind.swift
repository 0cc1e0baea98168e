import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Confidence 0…1 per pixel, a raster per view.
public struct ConfidenceKind: ValueKind {
    public typealias Content = PerView<Raster<Float>>
    public typealias Part = Raster<Float>

    public let name = "confidence"
    public let subject = "how sure each depth is, 0 to 1"
    public let item: String? = "view"
    public let color = "#0ea5b7"

    public func encode(_ raster: Raster<Float>) -> Buffer<UInt8> { PartArchive(raster).bytes }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> Raster<Float> { try PartReader(bytes).raster() }

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem ? ConfidenceFile.extensions.map(Self.format) : []
    }

    private static func format(_ name: String) -> FileFormat {
        switch name {
        case "exr": FileFormat(name, "EXR, 32-bit float")
        case "pfm": FileFormat(name, "PFM, 32-bit float")
        case "npy": FileFormat(name, "NumPy array, 32-bit float")
        case "npz": FileFormat(name, "NumPy arrays, 32-bit float")
        case "png": FileFormat(name, "PNG, 16-bit codes with their scale inside and in run.json")
        default: FileFormat(name, name)
        }
    }

    public func write(_ raster: Raster<Float>, to place: OutputPlace) throws -> WrittenFiles {
        try ConfidenceFile.write(raster, to: place.path)
        return WrittenFiles(place, coding: place.format == "png" ? .some(ConfidenceFile.coding.json) : .none)
    }
}

extension ValueKind where Self == ConfidenceKind {
    public static var confidence: ConfidenceKind { ConfidenceKind() }
}
