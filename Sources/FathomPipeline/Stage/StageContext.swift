import FathomCore
import FathomGeometry

/// What a stage sees while it runs: its inputs, the chunks to compute, places for its outputs, progress and warnings.
public final class StageContext {
    /// The chunks to compute, in order. For `.perView` the indices of views; one chunk for `.whole`.
    public let chunks: Range<Int>
    let declared: [Port]
    let inputs: [String: PortValue]
    let progress: (Double) -> Void
    private(set) var outputs: [String: PortValue] = [:]
    private(set) var warnings: [String] = []

    init(declared: [Port], chunks: Range<Int>, inputs: [String: PortValue], progress: @escaping (Double) -> Void) {
        self.declared = declared
        self.chunks = chunks
        self.inputs = inputs
        self.progress = progress
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
            declared.contains { $0.name == port && $0.type == value.type },
            "the stage declares no output \"\(port)\" of type \(value.type)")
        outputs[port] = value
    }

    /// Calls `body` for each chunk, reporting progress and stopping where the user interrupts.
    public func forEachChunk(_ body: (Int) throws -> Void) throws {
        for chunk in chunks {
            try Interrupt.check()
            try body(chunk)
            progress(Double(chunk + 1 - chunks.lowerBound) / Double(chunks.count))
        }
    }

    /// Reports the share of a whole-input stage that is done, and stops where the user interrupts.
    public func advance(to share: Double) throws {
        try Interrupt.check()
        progress(share)
    }

    /// Tells the user something worth knowing; kept in `run.json`.
    public func warn(_ text: String) {
        warnings.append(text)
    }
}
