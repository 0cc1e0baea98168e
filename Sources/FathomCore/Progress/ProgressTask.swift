import Synchronization

/// A piece of work whose progress is reported; made by `ProgressReporter.begin`.
public final class ProgressTask: Sendable {
    /// Where a task stands.
    struct Snapshot: Sendable {
        var name: String
        var unit: String
        var done: Int
        var total: Int?
        var note: String
        /// Seconds since the task began.
        var seconds: Double

        /// Steps per second; nil before anything is done.
        var rate: Double? { done > 0 && seconds > 0 ? Double(done) / seconds : nil }

        /// Seconds left at the rate so far; nil after one step, which often took what prepares all.
        var remaining: Double? {
            guard let total, let rate, done > 1 || total == 1, total >= done else { return nil }
            return Double(total - done) / rate
        }
    }

    private struct State {
        var done = 0
        var note = ""
        var reported: Double
        var isFinished = false
    }

    private let reporter: ProgressReporter
    private let name: String
    private let total: Int?
    private let unit: String
    let start: Double
    private let state: Mutex<State>

    init(reporter: ProgressReporter, name: String, total: Int?, unit: String, start: Double) {
        self.reporter = reporter
        self.name = name
        self.total = total
        self.unit = unit
        self.start = start
        state = Mutex(State(reported: start))
    }

    /// Counts steps done; `note` says what was done last.
    public func advance(by steps: Int = 1, note: String = "") {
        let now = reporter.now()
        let report = state.withLock { state -> Snapshot? in
            state.done += steps
            state.note = note
            guard !state.isFinished, now - state.reported >= reporter.interval else { return nil }
            state.reported = now
            return snapshot(of: state, at: now)
        }
        if let report { reporter.emit(.progress(report)) }
    }

    /// Ends the task; further calls do nothing.
    public func finish() {
        let now = reporter.now()
        let report = state.withLock { state -> Snapshot? in
            if state.isFinished { return nil }
            state.isFinished = true
            return snapshot(of: state, at: now)
        }
        if let report { reporter.emit(.finish(report)) }
    }

    func snapshot(at now: Double) -> Snapshot {
        state.withLock { snapshot(of: $0, at: now) }
    }

    private func snapshot(of state: State, at now: Double) -> Snapshot {
        Snapshot(name: name, unit: unit, done: state.done, total: total, note: state.note, seconds: now - start)
    }
}
