import FathomCore

/// How a stage's work divides into parts that can be computed, stored and resumed one by one.
public enum Chunking: Sendable, Equatable {
    /// One part: the result needs all inputs at once.
    case whole
    /// One part per view of the scene.
    case perView
    /// One part per window of consecutive frames; neighbouring windows share `overlap` frames.
    case perFrameWindow(length: Int, overlap: Int)
}

/// One step of a dataflow graph: a short declaration and a `run` that calls the module doing the work.
///
/// A stage is a pure function of its inputs and options: it knows no path, no thread count and no other stage. Its
/// `version` rises with any change that alters its results.
public protocol Stage: Sendable {
    associatedtype Options: OptionGroup

    /// The word used in graph files, guides and file names, e.g. "iso-surface".
    static var name: String { get }
    static var version: SemanticVersion { get }
    /// What the stage does, in one line.
    static var help: String { get }
    static var inputs: [Port] { get }
    static var outputs: [Port] { get }
    static var chunking: Chunking { get }

    var options: Options { get }
    init(_ options: Options)

    /// Memory, time and output sizes for inputs of these extents (by port name).
    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate

    /// Computes `context.chunks` and sets every output port.
    func run(_ context: StageContext) throws -> Summary
}

extension Stage {
    /// Every option with the value it runs with.
    var parameters: JSONObject { options.json }
}
