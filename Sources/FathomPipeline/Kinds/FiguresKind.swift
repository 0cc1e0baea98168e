import FathomCore
import FathomGraph

/// Figures by name, per view, a row each of one table.
public struct FiguresKind: ValueKind {
    public typealias Content = PerView<FigureRow>
    public typealias Part = FigureRow

    public let name = "figures"
    public let subject = "a table of figures"
    public let item: String? = "view"
    public let meaning = "a table of figures, one row per view"

    // MARK: Store

    public func encode(_ row: FigureRow) -> Buffer<UInt8> {
        var archive = PartArchive(["names": .array(row.figures.map { .string($0.name) })])
        archive.add("values", row.figures.map(\.value))
        return archive.bytes
    }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> FigureRow {
        let archive = try PartReader(bytes)
        guard case .array(let texts)? = archive.facts["names"] else { throw PartReader.damaged }
        let names = texts.compactMap { if case .string(let name) = $0 { name } else { nil } }
        let values: [Double] = try archive.array("values")
        guard names.count == texts.count, values.count == names.count else { throw PartReader.damaged }
        return FigureRow(zip(names, values).map { ($0, $1) })
    }

    // MARK: Files

    public func formats(perItem: Bool) -> [FileFormat] {
        perItem ? [] : [FileFormat("json", "JSON, an object per row"), FileFormat("csv", "CSV, a line per row")]
    }

    public func write(_ rows: PerView<FigureRow>, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try FigureTable(rows).write(to: place.path)
        return WrittenFiles(place)
    }
}

extension ValueKind where Self == FiguresKind {
    public static var figures: FiguresKind { FiguresKind() }
}
