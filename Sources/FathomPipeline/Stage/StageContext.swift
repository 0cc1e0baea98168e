import FathomCore

/// What a stage sees while it runs: its inputs, the chunks to compute, places for its outputs, progress and warnings.
public final class StageContext {
    /// The chunks to compute, in order. For `.perView` the indices of views; one chunk for `.whole`.
    public let chunks: Range<Int>
    private let inputs: [String: PortValue]
    private let ports: [Port]
    private let task: ProgressTask
    private(set) var outputs: [String: PortValue] = [:]
    private(set) var warnings: [String] = []

    init(chunks: Range<Int>, inputs: [String: PortValue], ports: [Port], task: ProgressTask) {
        self.chunks = chunks
        self.inputs = inputs
        self.ports = ports
        self.task = task
    }

    /// The value at an input port.
    ///
    /// - Precondition: the stage declares the port, and its type holds `Content`.
    public func input<Content: PortContent>(_ port: String, as type: Content.Type = Content.self) -> Content {
        guard let content = inputs[port].flatMap(Content.content) else {
            preconditionFailure("the stage declares no input \"\(port)\" of type \(Content.self)")
        }
        return content
    }

    /// Sets an output port.
    ///
    /// - Precondition: the stage declares the port with the type of `value`.
    public func set(_ port: String, to value: PortValue) {
        precondition(
            ports.contains { $0.name == port && $0.type == value.type },
            "the stage declares no output \"\(port)\" of type \(value.type)")
        outputs[port] = value
    }

    /// Calls `body` for each chunk, reporting progress.
    ///
    /// - Throws: `interrupted` before the next chunk when the user asks to stop; what `body` throws.
    public func forEachChunk(_ body: (Int) throws -> Void) throws {
        for chunk in chunks { try step { try body(chunk) } }
    }

    /// Runs one part of a whole-input stage, usually one view, reporting progress.
    ///
    /// - Throws: `interrupted` when the user asks to stop; what `body` throws.
    public func step<Result>(_ body: () throws -> Result) throws -> Result {
        try Interrupt.check()
        defer { task.advance() }
        return try body()
    }

    /// Tells the user something worth knowing; kept in `run.json`.
    public func warn(_ text: String) {
        warnings.append(text)
    }
}
