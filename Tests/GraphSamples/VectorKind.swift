import FathomCore
import FathomGraph

/// Numbers in order.
public struct VectorKind: ValueKind {
    public typealias Content = [Double]
    public typealias Part = [Double]

    public init() {}

    public let name = "vector"
    public let subject = "numbers in order"

    public func extent(of numbers: [Double]) -> PortExtent { PortExtent(count: numbers.count, bytes: 8 * numbers.count) }

    // MARK: Store

    public func encode(_ numbers: [Double]) -> Buffer<UInt8> {
        var archive = PartArchive()
        archive.add("numbers", numbers)
        return archive.bytes
    }

    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> [Double] { try PartReader(bytes).array("numbers") }

    // MARK: Files

    public let isReadable = true

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let lines = try FileSystem.readText(request.path, limit: 1 << 24).split(separator: "\n")
        let numbers = try lines.enumerated().map { index, line in
            guard let number = Double(line) else {
                throw FathomError(
                    .inputInvalid, "line \(index + 1) is no number", remedy: "write one number a line", at: request.path)
            }
            return number
        }
        return LoadedInput(
            PortValue(self, numbers), identity: try request.wholeFile(), facts: ["count": .int(numbers.count)])
    }

    public func formats(perItem: Bool) -> [FileFormat] { perItem ? [] : [FileFormat("txt", "text, a number a line")] }

    public func write(_ numbers: [Double], to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try AtomicFile.write(numbers.map { "\($0)\n" }.joined(), to: place.path)
        return WrittenFiles(place, facts: ["count": .int(numbers.count)])
    }

    // MARK: Report

    public let isShown = true

    public func figure(of numbers: [Double], _ request: FigureRequest) throws -> ReportFigure {
        let texts = numbers.prefix(12).map(\.description) + (numbers.count > 12 ? ["…"] : [])
        return .text(title: request.title, note: "\(numbers.count) numbers", texts.joined(separator: ", "))
    }
}
