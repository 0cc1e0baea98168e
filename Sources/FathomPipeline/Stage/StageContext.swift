import FathomCore

/// What a stage sees while it runs: its inputs, the chunks to compute, places for its outputs, progress and warnings.
public final class StageContext {
    /// The chunks to compute, in order. For `.perView` the indices of views; one chunk for `.whole`.
    public let chunks: Range<Int>
    /// Bytes that the stage may take beside its inputs and outputs.
    public let memory: Int
    /// Where temporary files may lie.
    public let scratchFolder: String
    private let node: String
    private let inputs: [String: PortValue]
    private let ports: [Port]
    private let progress: ProgressReporter
    private(set) var outputs: [String: PortValue] = [:]
    private(set) var warnings: [String] = []
    private(set) var failures: [ItemFailure] = []
    private(set) var hasReported = false

    init(
        node: String, chunks: Range<Int>, memory: Int, scratchFolder: String, inputs: [String: PortValue], ports: [Port],
        progress: ProgressReporter
    ) {
        self.node = node
        self.chunks = chunks
        self.memory = memory
        self.scratchFolder = scratchFolder
        self.inputs = inputs
        self.ports = ports
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
            ports.contains { $0.name == port && $0.type == value.type },
            "the stage declares no output \"\(port)\" of type \(value.type)")
        outputs[port] = value
    }

    /// Tells the user at once something worth knowing; kept in `run.json`.
    public func warn(_ text: String) {
        warnings.append(text)
        progress.warn("\(node): \(text)")
    }

    /// Notes that an item has no result; the others go on, and the program ends with status 2.
    public func fail(_ item: String, _ error: FathomError) {
        failures.append(ItemFailure(item: item, error: error))
        progress.warn("\(error.located(at: item))")
    }

    // MARK: Progress

    /// Calls `body` for each chunk of a per-view stage, reporting progress.
    ///
    /// - Throws: `interrupted` before the next chunk when the user asks to stop; what `body` throws.
    public func forEachChunk(_ body: (Int) throws -> Void) throws {
        try forEach(chunks, unit: "views", body)
    }

    /// Calls `body` for each of `indices`, reporting progress.
    ///
    /// - Parameter part: what is being done, where a stage has several parts.
    /// - Throws: as `forEachChunk`.
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
        return progress.begin(part.map { "\(node), \($0)" } ?? node, total: total, unit: unit)
    }
}
