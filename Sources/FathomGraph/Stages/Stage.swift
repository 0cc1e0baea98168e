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
    /// As many as `SimpleStage.chunkCount` says, one after the other: chunk i goes on from the state that chunk i − 1 left,
    /// and the last one gives the outputs. For everything iterative; see `Chunk.state`.
    case chained

    /// Whether one chunk gives every item of each output.
    var givesWholeOutputs: Bool { self == .whole || self == .chained }
}

/// Computes one chunk and sets its outputs; returns its figures, which are stored with them. Called from several threads at
/// once where chunks run together.
public typealias ChunkWork = (Chunk) throws -> Summary

/// A stage that works, chunk by chunk. `Docs/AddingAStage.md` shows a whole one.
public protocol SimpleStage: Stage {
    /// How the work is divided.
    static var chunking: Chunking { get }

    /// Inputs that must be complete before chunks can be counted and before it is known what they read.
    static var guides: [Port] { get }

    /// Whether results are kept in the store. Others are made again whenever someone asks, because that is cheaper than to
    /// read them; such stages have one chunk.
    static var isStored: Bool { get }

    /// Whether several chunks may be computed at once, each on one thread; else each chunk uses all threads.
    static var chunksRunTogether: Bool { get }

    /// Whether results depend on `StageContext.seed`.
    static var isRandom: Bool { get }

    /// Libraries that decide the last bits of results, with their versions; those that read the inputs are not among them.
    static var libraries: [String: String] { get }

    /// Options that only say where something is, such as a file of weights; `dependencies` stands for its content.
    static var unkeyedOptions: [String] { get }

    /// What results depend on beside inputs and options, such as digests of weights.
    ///
    /// - Parameter files: gives the digest of a file's content.
    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject

    /// Whether options state a time in place of a number of steps, so that `settled` has to be asked.
    var isOpenEnded: Bool { get }

    /// The stage with a number of steps in place of a time, found by trying how long a step takes. Called once all inputs
    /// exist, before anything is keyed; what comes of it is kept, so that a later run goes on with the same number.
    func settled(_ context: StageContext) throws -> Self

    /// Number of chunks of a stage with `.counted` or `.chained` chunks.
    func chunkCount(_ inputs: StageInputs) throws -> Int

    /// Says which parts of the inputs each chunk reads; whatever changes elsewhere does not concern it. Of inputs that are not
    /// mentioned a chunk reads everything.
    ///
    /// Only guides and the inputs of the graph may be looked at. Called once; the closure it returns once per chunk.
    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads]

    /// Memory, time and output sizes for inputs of these extents, over all chunks.
    func estimate(_ inputs: InputExtents) -> StageEstimate

    /// Prepares what chunks share, such as a network, and returns what computes a chunk. Chunks come in any order, mostly
    /// in rising order; those of a chain always in rising order.
    func begin(_ context: StageContext) throws -> ChunkWork

    /// The figures of the whole stage from those of its chunks, in order, as far as they are done. By default equal names add
    /// up; of a chain the last chunk's count.
    static func summarize(_ chunks: [Summary]) -> Summary
}

extension SimpleStage {
    public static var guides: [Port] { [] }
    public static var isStored: Bool { true }
    public static var chunksRunTogether: Bool { false }
    public static var isRandom: Bool { false }
    public static var libraries: [String: String] { [:] }
    public static var unkeyedOptions: [String] { [] }
    public func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject { [:] }
    public var isOpenEnded: Bool { false }
    public func settled(_ context: StageContext) throws -> Self { self }

    public func chunkCount(_ inputs: StageInputs) throws -> Int {
        preconditionFailure("stage \(Self.name) has counted chunks but does not count them")
    }

    /// Item i of every input that has items, all of the others; everything where one chunk or a chain gives the outputs.
    public func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        let divided = Self.chunking.givesWholeOutputs ? [] : Self.inputs.filter { $0.type.kind.item != nil }
        return { chunk in divided.map { PortReads(port: $0.name, reads: .items([chunk])) } }
    }

    public static func summarize(_ chunks: [Summary]) -> Summary {
        chunking == .chained ? chunks.last ?? Summary() : .sum(of: chunks)
    }
}
