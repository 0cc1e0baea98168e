import FathomCore

/// A value on its way from one stage to the next: its type, and content of that type's kind.
public struct PortValue: Sendable {
    public let type: PortType
    /// Always a `Content` of the type's kind.
    let content: any Sendable

    public init<Kind: ValueKind>(_ kind: Kind, _ content: Kind.Content) {
        type = PortType(kind)
        self.content = content
    }
}

/// What the engine does with a value without knowing its kind.
extension ValueKind {
    /// The content of a value of this kind.
    private func content(in value: PortValue) -> Content {
        guard let content = value.content as? Content else { preconditionFailure("a value's content is of its kind") }
        return content
    }

    fileprivate func value(_ parts: StoredParts) throws -> PortValue { PortValue(self, try content(of: parts)) }
    fileprivate func extent(_ value: PortValue) -> PortExtent { extent(of: content(in: value)) }
    fileprivate func itemNames(_ value: PortValue) -> [String]? { itemNames(of: content(in: value)) }

    fileprivate func keepableBytes(_ value: PortValue) -> Int { keepableBytes(of: content(in: value)) }
    fileprivate func keep(_ value: PortValue, _ bytes: Int) { keep(content(in: value), atMost: bytes) }
    fileprivate func readingFacts(_ value: PortValue) -> JSONObject { readingFacts(of: content(in: value)) }

    fileprivate func write(_ value: PortValue, _ place: OutputPlace, _ progress: ProgressReporter) throws -> WrittenFiles {
        try write(content(in: value), to: place, progress: progress)
    }

    fileprivate func figure(_ value: PortValue, _ request: FigureRequest) throws -> ReportFigure {
        try figure(of: content(in: value), request)
    }

    fileprivate func writePart(_ bytes: Buffer<UInt8>, _ place: OutputPlace) throws -> WrittenFiles {
        try write(bytes.withBytes { try decode($0) }, to: place)
    }
}

extension PortValue {
    /// The value of type `type` that consists of `parts`.
    ///
    /// - Throws: `io`, `inputInvalid`.
    init(_ type: PortType, parts: StoredParts) throws { self = try type.kind.value(parts) }

    /// How large the value is.
    ///
    /// - Precondition: its kind can be read from files.
    var extent: PortExtent { type.kind.extent(self) }

    /// Names of the items of a value that consists of such; nil for other values.
    var itemNames: [String]? { type.kind.itemNames(self) }

    /// Bytes that the value would keep of its files so that it never reads one twice; 0 for values that keep nothing.
    var keepableBytes: Int { type.kind.keepableBytes(self) }

    /// Limits what the value keeps of its files.
    func keep(atMost bytes: Int) { type.kind.keep(self, bytes) }

    /// How often files of the value were read so far, for the record of the run.
    var readingFacts: JSONObject { type.kind.readingFacts(self) }

    /// Writes the value to one file, or to one per item where it is made while it is written.
    func write(to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        try type.kind.write(self, place, progress)
    }

    /// The picture of the value in the report.
    func figure(_ request: FigureRequest) throws -> ReportFigure { try type.kind.figure(self, request) }
}

extension PortType {
    /// Decodes a stored item and writes it to a file.
    func writePart(_ bytes: Buffer<UInt8>, to place: OutputPlace) throws -> WrittenFiles { try kind.writePart(bytes, place) }
}
