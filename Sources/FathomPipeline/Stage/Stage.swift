import FathomCore

/// One step of a dataflow graph as graphs name it: a short declaration. What does the work is a `SimpleStage`, or several of
/// them joined by a `CompositeStage`.
///
/// A stage is a pure function of its inputs and options: it knows no path, no thread count and no other stage.
public protocol Stage: Sendable {
    associatedtype Options: OptionGroup

    /// The word used in graph files, guides and file names, e.g. "iso-surface".
    static var name: String { get }
    /// Rises with any change that alters the stage's results; part of their keys in the store.
    static var version: SemanticVersion { get }
    /// What the stage does, in one line.
    static var help: String { get }
    /// All of them must be linked.
    static var inputs: [Port] { get }
    static var outputs: [Port] { get }

    var options: Options { get }
    /// - Parameter options: in their ranges, and past `validate()`.
    init(_ options: Options)
}

extension Stage {
    /// Every option with the value it runs with.
    var parameters: JSONObject { options.json }

    /// "mvs@1.0.0".
    static var label: String { "\(name)@\(version)" }
}

/// How a stage's work divides into chunks, which are computed, stored and resumed one by one.
public enum Chunking: Sendable, Equatable {
    /// One chunk: the result needs all inputs at once.
    case whole
    /// One chunk per view, image or frame of the first input that has such; chunk i gives item i of each output.
    case perItem
    /// As many as `SimpleStage.chunkCount` says once the guides exist; chunk i gives item i of each output.
    case counted
}

/// Computes one chunk and sets its outputs; returns its figures, which are stored with them. Called from several threads at
/// once where chunks run together.
public typealias ChunkWork = (Chunk) throws -> Summary

/// A stage that works, chunk by chunk. `Docs/AddingAStage.md` shows a whole one.
public protocol SimpleStage: Stage {
    /// How the work is divided.
    static var chunking: Chunking { get }

    /// Inputs that must be complete before chunks can be counted and before it is known what they read.
    static var guides: [String] { get }

    /// Whether results are kept in the store. Others are made again whenever someone asks, because that is cheaper than to
    /// read them; such stages have one chunk.
    static var isStored: Bool { get }

    /// Whether several chunks may be computed at once, each on one thread; else each chunk uses all threads.
    static var chunksRunTogether: Bool { get }

    /// Options that only say where something is, such as a file of weights; `dependencies` stands for its content.
    static var unkeyedOptions: [String] { get }

    /// What results depend on beside inputs and options, such as digests of weights.
    ///
    /// - Parameter files: gives the digest of a file's content.
    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject

    /// Number of chunks of a stage with `.counted` chunks.
    func chunkCount(_ inputs: StageInputs) throws -> Int

    /// Says which parts of the inputs each chunk reads; whatever changes elsewhere does not concern it.
    ///
    /// Only guides and the inputs of the graph may be looked at. Called once; the closure it returns once per chunk.
    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [String: Reads]

    /// Memory, time and output sizes for inputs of these extents (by port name), over all chunks.
    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate

    /// Prepares what chunks share, such as a network, and returns what computes a chunk. Chunks come in any order, mostly
    /// in rising order.
    func begin(_ context: StageContext) throws -> ChunkWork

    /// The figures of the whole stage from those of its chunks, in order, as far as they are done. By default equal names add
    /// up.
    static func summarize(_ chunks: [Summary]) -> Summary
}

extension SimpleStage {
    public static var guides: [String] { [] }
    public static var isStored: Bool { true }
    public static var chunksRunTogether: Bool { false }
    public static var unkeyedOptions: [String] { [] }
    public func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject { [:] }

    public func chunkCount(_ inputs: StageInputs) throws -> Int {
        preconditionFailure("stage \(Self.name) has counted chunks but does not count them")
    }

    /// Item i of every input that has items, all of the others; everything where there is one chunk.
    public func reads(_ inputs: StageInputs) throws -> (Int) throws -> [String: Reads] {
        { chunk in
            [String: Reads](
                uniqueKeysWithValues: Self.inputs.map { port in
                    let hasItems = port.type.hasItems || port.type == .images
                    return (port.name, Self.chunking != .whole && hasItems ? .items([chunk]) : .all)
                })
        }
    }

    public static func summarize(_ chunks: [Summary]) -> Summary { .sum(of: chunks) }
}

/// A stage made of simpler ones, each with chunks of its own.
public protocol CompositeStage: Stage {
    /// The stages inside, in an order in which every value exists before it is used.
    var parts: [StagePart] { get }
    /// Which part gives each output: by output port, the part's name and its port.
    var results: [String: StagePart.Source] { get }
}

/// A stage inside a composite stage.
public struct StagePart: Sendable {
    /// Where an input of a part comes from.
    public enum Source: Sendable {
        /// An input of the composite stage.
        case input(String)
        /// An output of a part before: the part's name, and its port.
        case part(String, String)
    }

    /// Distinguishes the parts of one stage, e.g. "search".
    public let name: String
    public let stage: any SimpleStage
    /// By input port; all of them.
    public let inputs: [String: Source]

    public init(_ name: String, _ stage: any SimpleStage, _ inputs: [String: Source]) {
        self.name = name
        self.stage = stage
        self.inputs = inputs
    }
}
