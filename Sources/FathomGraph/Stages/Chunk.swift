import FathomCore

/// What a stage sees of the chunk it computes: its number, places for its outputs, progress and warnings.
///
/// Chunks of one stage may be computed at the same time; each has its own.
public final class Chunk {
    /// For `.perItem` the index of the view, image or frame; for `.counted` and `.chained` below `chunkCount`; 0 for `.whole`.
    public let index: Int
    /// Of a chain, whether it ends with this chunk, which then has to set the outputs.
    public let isLast: Bool
    /// Of a chain, what the chunk before left, where it was not computed just before by the same closure: the closure then
    /// takes up this state. nil where its own state is that of the chunk before, and for the first chunk.
    public let state: Buffer<UInt8>?
    /// What users call the step.
    private let step: String
    private let ports: [Port]
    private let progress: ProgressReporter
    /// Encoded parts by port and item; an item that is missing has no value.
    private(set) var parts: [String: [Int: Buffer<UInt8>]] = [:]
    /// Outputs of stages whose results are not stored.
    private(set) var values: [String: PortValue] = [:]
    /// What the chunk leaves to the next.
    private(set) var newState: Buffer<UInt8>?
    private(set) var warnings: [String] = []
    private(set) var failures: [ItemFailure] = []
    /// Whether the stage reports progress inside of the chunk.
    private(set) var hasReported = false

    init(
        _ index: Int, isLast: Bool = true, state: Buffer<UInt8>? = nil, step: String, ports: [Port], progress: ProgressReporter
    ) {
        self.index = index
        self.isLast = isLast
        self.state = state
        self.step = step
        self.ports = ports
        self.progress = progress
    }

    /// Sets an output: its item of the chunk's index, or of `item`. Items never set have no value.
    ///
    /// - Precondition: the stage declares the port.
    public func set<Kind: ValueKind>(_ port: OutputPort<Kind>, item: Int? = nil, to part: Kind.Part) {
        check(port.port)
        parts[port.name, default: [:]][item ?? (port.port.type.hasItems ? index : 0)] = port.kind.encode(part)
    }

    /// Gives an output, whole, of a stage whose results are not stored (`isStored`).
    ///
    /// - Precondition: the stage declares the port.
    public func give<Kind: ValueKind>(_ port: OutputPort<Kind>, _ content: Kind.Content) {
        check(port.port)
        values[port.name] = PortValue(port.kind, content)
    }

    /// Of a chain, leaves a state to the next chunk: all that the next one needs beside inputs and options, to the last bit.
    public func leave(_ state: Buffer<UInt8>) { newState = state }

    private func check(_ port: Port) {
        precondition(
            ports.contains { $0.name == port.name && $0.type == port.type },
            "the stage declares no output \"\(port.name)\" of type \(port.type)")
    }

    /// Tells the user at once something worth knowing; kept in `run.json`.
    public func warn(_ text: String) {
        warnings.append(text)
        progress.warn("\(step): \(text)")
    }

    /// Notes that the chunk has no result because its item is at fault; the others go on, and the program ends with status 2.
    public func fail(_ item: String, _ error: FathomError) {
        failures.append(ItemFailure(item: item, error: error))
        progress.warn("\(error.located(at: item))")
    }

    // MARK: Progress

    /// Calls `body` for each of `indices`, reporting progress.
    ///
    /// - Parameter part: what is being done, where a stage has several parts.
    /// - Throws: `interrupted` before the next index when the user asks to stop; what `body` throws.
    public func forEach(_ indices: Range<Int>, unit: String, part: String? = nil, _ body: (Int) throws -> Void) throws {
        let task = begin(part, total: indices.count, unit: unit)
        defer { task.finish() }
        for index in indices {
            try Interrupt.check()
            try body(index)
            task.advance()
        }
    }

    /// Calls `body` with a closure that it calls after each step, for work whose number of steps is unknown or an estimate.
    ///
    /// - Throws: from the closure, `interrupted` when the user asks to stop; what `body` throws.
    public func count<Result>(
        total: Int?, unit: String, part: String? = nil, _ body: (() throws -> Void) throws -> Result
    ) throws -> Result {
        let task = begin(part, total: total, unit: unit)
        defer { task.finish() }
        return try body {
            try Interrupt.check()
            task.advance()
        }
    }

    /// Calls `body` with a closure that it gives the share done, from 0 to 1.
    ///
    /// - Throws: from the closure, `interrupted` when the user asks to stop; what `body` throws.
    public func track<Result>(part: String? = nil, _ body: ((Double) throws -> Void) throws -> Result) throws -> Result {
        let task = begin(part, total: 100, unit: "%")
        defer { task.finish() }
        var done = 0
        return try body { share in
            try Interrupt.check()
            let now = min(100, Int(share * 100))
            if now > done { task.advance(by: now - done) }
            done = max(done, now)
        }
    }

    private func begin(_ part: String?, total: Int?, unit: String) -> ProgressTask {
        hasReported = true
        return progress.begin(part.map { "\(step), \($0)" } ?? step, total: total, unit: unit)
    }
}
