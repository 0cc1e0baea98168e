import FathomCore

/// A kind of value: what flows through the ports of one type. `Docs/AddingAKind.md` shows a whole one.
///
/// A kind is one file that says everything about its values: what they are, how their parts are stored, which files they are
/// read from and written to, how large they are, how the report shows them. The engine knows no kind; a registry lists them.
/// What a kind does not say its values cannot do: by default they are neither read nor written nor shown, and with parts of
/// type `Never` not stored.
public protocol ValueKind<Content>: Sendable {
    /// What a stage finds at a port.
    associatedtype Content: Sendable
    /// What a chunk gives and the store keeps: an item of a value that has items, else the value; `Never` for values that are
    /// not stored.
    associatedtype Part: Sendable

    // MARK: What it is

    /// The word that graph files use: "mesh". Kinds of equal names are one kind.
    var name: String { get }
    /// What a value is, or each of its items, for people: "a triangle mesh in world coordinates".
    var subject: String { get }
    /// What an item is, for people: "view", "frame or image"; nil for a value that is one.
    var item: String? { get }
    /// What a value is, with its items.
    var meaning: String { get }
    /// What kinds have in common that differ in the meaning of their numbers only, such as "depth"; nil for others.
    var family: String? { get }

    /// What the numbers of values and of their files mean, by name; told in `run.json`.
    var conventions: JSONObject { get }
    /// The colour of lines that carry values in pictures of graphs, as `#rrggbb`, visible on light and dark grounds.
    var color: String { get }

    // MARK: Values that exist

    /// How large a value is that has been read.
    func extent(of content: Content) -> PortExtent
    /// Names of the items of a value; nil where it has none, or they are not known before it is worked on.
    func itemNames(of content: Content) -> [String]?
    /// Bytes that an input would keep of its files so that it never reads one twice; 0 for values that keep nothing.
    func keepableBytes(of content: Content) -> Int
    /// Limits what an input keeps of its files.
    func keep(_ content: Content, atMost bytes: Int)
    /// How often files of an input were read so far, for the record of the run.
    func readingFacts(of content: Content) -> JSONObject

    // MARK: Store

    /// A part as bytes. Equal parts give equal bytes.
    func encode(_ part: Part) -> Buffer<UInt8>
    /// The part that these bytes hold.
    ///
    /// - Throws: `inputInvalid` for bytes that `encode` never gives.
    func decode(_ bytes: UnsafeRawBufferPointer) throws -> Part
    /// The value that consists of `parts`. Items are read when somebody asks.
    ///
    /// - Throws: `io`, `inputInvalid`.
    func content(of parts: StoredParts) throws -> Content

    // MARK: Files

    /// Whether values can be inputs of a graph.
    var isReadable: Bool { get }
    /// Whether an input may be bound to several paths.
    var takesSeveralPaths: Bool { get }
    /// Reads an input of a graph from the paths it is bound to.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` or `io`, located in the file.
    func read(_ request: InputRequest) throws -> LoadedInput
    /// The file formats that values can be written in.
    ///
    /// - Parameter perItem: as one file per item; else as one file.
    func formats(perItem: Bool) -> [FileFormat]
    /// Writes one item to a file; called from several threads at once.
    ///
    /// - Throws: `cannotCreate` or `io`.
    func write(_ part: Part, to place: OutputPlace) throws -> WrittenFiles
    /// Writes a value to one file, or to one per item where it is made while it is written.
    ///
    /// - Throws: `cannotCreate` or `io`; what making the value throws.
    func write(_ content: Content, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles

    // MARK: Report

    /// Whether the report shows values.
    var isShown: Bool { get }
    /// The picture of a value in the report.
    func figure(of content: Content, _ request: FigureRequest) throws -> ReportFigure
}

extension ValueKind {
    public var item: String? { nil }
    public var meaning: String { item.map { "\(subject), one per \($0)" } ?? subject }
    public var family: String? { nil }
    public var conventions: JSONObject { [:] }
    public var color: String { "#64748b" }
    public func itemNames(of content: Content) -> [String]? { nil }
    public func keepableBytes(of content: Content) -> Int { 0 }
    public func keep(_ content: Content, atMost bytes: Int) {}
    public func readingFacts(of content: Content) -> JSONObject { [:] }
    public var isReadable: Bool { false }
    public var takesSeveralPaths: Bool { false }
    public func formats(perItem: Bool) -> [FileFormat] { [] }
    public var isShown: Bool { false }

    public func extent(of content: Content) -> PortExtent { cannot("be inputs of a graph") }
    public func read(_ request: InputRequest) throws -> LoadedInput { cannot("be inputs of a graph") }
    public func write(_ part: Part, to place: OutputPlace) throws -> WrittenFiles { cannot("be written item by item") }
    public func write(_ content: Content, to place: OutputPlace, progress: ProgressReporter) throws -> WrittenFiles {
        cannot("be written")
    }
    public func figure(of content: Content, _ request: FigureRequest) throws -> ReportFigure { cannot("be shown") }

    /// The planner asks before it lets a graph want what a kind cannot do.
    private func cannot(_ what: String) -> Never { preconditionFailure("values of kind \(name) cannot \(what)") }

    /// Whether results of this kind are kept in the store.
    var isStored: Bool { Part.self != Never.self }
}

/// Values that are not stored.
extension ValueKind where Part == Never {
    public func encode(_ part: Never) -> Buffer<UInt8> {}
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> Never {
        preconditionFailure("values of kind \(name) are not stored")
    }
    public func content(of parts: StoredParts) throws -> Content {
        preconditionFailure("values of kind \(name) are not stored")
    }
}

/// A value that is a single part.
extension ValueKind where Part == Content {
    public func content(of parts: StoredParts) throws -> Content { try parts.part(0, of: self) }
}

/// A value with one part per item, read when somebody asks.
extension ValueKind where Content == PerView<Part> {
    public func content(of parts: StoredParts) throws -> PerView<Part> { parts.perItem(of: self) }
    public func itemNames(of content: PerView<Part>) -> [String]? { content.stems }
}
