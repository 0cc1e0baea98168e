import Synchronization

/// Tells the user what is going on: progress, remarks, warnings and errors on standard error.
///
/// Safe to use from any thread. Output never changes results, and is limited in rate, so that stages may report every
/// view, frame or tile.
public final class ProgressReporter: Sendable {
    /// How events are written.
    public enum Style: Sendable {
        /// A line redrawn in place, for terminals of `columns` columns.
        case bar(columns: Int)
        /// Plain lines, for pipes and log files.
        case lines
        /// One JSON object per line (NDJSON).
        case json
    }

    /// How much is written.
    public enum Verbosity: Int, Sendable {
        /// Warnings and errors.
        case quiet
        /// Also progress and remarks.
        case normal
        /// Also details.
        case verbose
    }

    private struct State {
        var warnings: [String] = []
        var known: Set<String> = []
        /// A bar stands on the current line of the terminal.
        var barIsDrawn = false
    }

    private let style: Style
    private let verbosity: Verbosity
    private let clock: @Sendable () -> Double
    private let write: @Sendable (String) -> Void
    private let start: Double
    private let state = Mutex(State())

    /// - Parameters:
    ///   - clock: seconds since any fixed moment.
    ///   - write: where text goes; called with whole lines or redraws, never from two threads at once.
    public init(
        style: Style, verbosity: Verbosity = .normal, clock: @escaping @Sendable () -> Double,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.verbosity = verbosity
        self.clock = clock
        self.write = write
        start = clock()
    }

    /// Writes nothing but still collects warnings: for library users and tests.
    public static func silent() -> ProgressReporter {
        ProgressReporter(style: .lines, verbosity: .quiet, clock: { 0 }, write: { _ in })
    }

    /// Every different warning so far, in order.
    public var warnings: [String] { state.withLock { $0.warnings } }

    /// Starts a task of `total` steps, or of unknown length.
    public func begin(_ name: String, total: Int? = nil, unit: String = "") -> ProgressTask {
        let task = ProgressTask(reporter: self, name: name, total: total, unit: unit, start: clock())
        emit(.begin(task.snapshot(at: task.start)))
        return task
    }

    /// A remark everyone should see.
    public func info(_ message: String) { emit(.info(message)) }

    /// A remark for those who asked for details.
    public func detail(_ message: String) { emit(.detail(message)) }

    /// Something that may spoil the result; kept for the summary. Equal warnings are said once.
    public func warn(_ message: String) {
        let isNew = state.withLock { state in
            guard state.known.insert(message).inserted else { return false }
            state.warnings.append(message)
            return true
        }
        if isNew { emit(.warning(message)) }
    }

    /// The error that ends the program.
    public func fail(_ error: any Error) { emit(.error(error)) }

    func now() -> Double { clock() }

    /// Seconds between two reports of one task.
    var interval: Double {
        switch style {
        case .bar: 0.1
        case .lines: 10
        case .json: 1
        }
    }

    func emit(_ event: ProgressEvent) {
        guard event.verbosity.rawValue <= verbosity.rawValue else { return }
        let time = clock() - start
        state.withLock { state in
            switch style {
            case .json:
                write(JSONValue.object(event.json(time: time)).text() + "\n")
            case .lines:
                if let line = event.line { write(line + "\n") }
            case .bar(let columns):
                let erase = state.barIsDrawn ? "\r\u{1B}[K" : ""
                if let bar = event.bar(columns: columns) {
                    write(erase + bar)
                    state.barIsDrawn = true
                } else if let line = event.line {
                    write("\(erase)\(line)\n")
                    state.barIsDrawn = false
                }
            }
        }
    }
}
