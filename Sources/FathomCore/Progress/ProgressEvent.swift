/// One thing worth telling, and how it reads as a line, a bar or JSON.
enum ProgressEvent: Sendable {
    case begin(ProgressTask.Snapshot)
    case progress(ProgressTask.Snapshot)
    case finish(ProgressTask.Snapshot)
    case info(String)
    case detail(String)
    case warning(String)
    case error(any Error)

    /// The least verbosity at which the event is written.
    var verbosity: ProgressReporter.Verbosity {
        switch self {
        case .warning, .error: .quiet
        case .begin, .progress, .finish, .info: .normal
        case .detail: .verbose
        }
    }

    /// The event as a line of its own; nil where there is nothing to tell.
    var line: String? {
        switch self {
        case .begin(let task):
            return task.isShare ? task.name : task.total.map { "\(task.name): \($0) \(task.unit)".trimmed } ?? task.name
        case .progress(let task):
            return ["\(task.name): \(task.count)", task.rateText, task.remainingText].compactMap { $0 }.joined(separator: ", ")
        case .finish(let task):
            // Work that ended before its first step has an error to tell.
            if task.done == 0 && !task.unit.isEmpty { return nil }
            let count = task.done > 0 && !task.isShare ? "\(task.done) \(task.unit)".trimmed + " in " : "done in "
            let rate = task.unit.isEmpty ? nil : task.rateText
            return "\(task.name): \(count)\(task.seconds.secondsText)" + (rate.map { " (\($0))" } ?? "")
        case .info(let message), .detail(let message):
            return message
        case .warning(let message):
            return "warning: \(message)"
        case .error(let error):
            return "fathom: \(error)"
        }
    }

    /// The event as a line to be redrawn; nil for events that stay.
    func bar(columns: Int) -> String? {
        guard case .begin(let task) = self else {
            guard case .progress(let task) = self else { return nil }
            return task.bar(columns: columns)
        }
        return task.bar(columns: columns)
    }

    /// The event for `--log json`; `time` is in seconds since the start of the program.
    func json(time: Double) -> JSONObject {
        let time = JSONValue.double((time * 1000).rounded() / 1000)
        switch self {
        case .begin(let task): return task.json("begin", time)
        case .progress(let task): return task.json("progress", time)
        case .finish(let task): return task.json("finish", time)
        case .info(let message): return ["event": "info", "time": time, "message": .string(message)]
        case .detail(let message): return ["event": "detail", "time": time, "message": .string(message)]
        case .warning(let message): return ["event": "warning", "time": time, "message": .string(message)]
        case .error(let error):
            var object: JSONObject = ["event": "error", "time": time, "status": .int(Int(ExitStatus.of(error)))]
            if let error = error as? FathomError {
                object["code"] = .string(error.code.rawValue)
                object["location"] = error.location.map { .string($0) }
                object["remedy"] = error.remedy.map { .string($0) }
            }
            object["message"] = .string((error as? FathomError)?.message ?? "\(error)")
            return object
        }
    }
}

extension ProgressTask.Snapshot {
    /// A task counted in per cent of an unknown number of steps.
    fileprivate var isShare: Bool { unit == "%" }

    fileprivate var count: String {
        isShare ? "\(done) %" : (total.map { "\(done)/\($0) \(unit)" } ?? "\(done) \(unit)").trimmed
    }

    fileprivate var rateText: String? {
        guard let rate, !isShare else { return nil }
        let unit = unit.isEmpty ? "steps" : unit
        return rate >= 0.1 ? "\(rate.fixed(rate < 100 ? 1 : 0)) \(unit)/s" : "\((rate * 60).fixed(1)) \(unit)/min"
    }

    fileprivate var remainingText: String? { remaining.map { "\($0.secondsText) left" } }

    fileprivate func bar(columns: Int) -> String {
        var parts = [name]
        if let total, total > 0 {
            let width = 24
            let filled = min(width, max(0, width * done / total))
            parts.append("[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: width - filled))]")
        }
        parts.append(count)
        parts += [rateText, remainingText].compactMap { $0 }
        if !note.isEmpty { parts.append(note) }
        return String(parts.joined(separator: "  ").prefix(max(columns - 1, 20)))
    }

    fileprivate func json(_ event: String, _ time: JSONValue) -> JSONObject {
        var object: JSONObject = ["event": .string(event), "time": time, "task": .string(name)]
        if !unit.isEmpty { object["unit"] = .string(unit) }
        if event != "begin" { object["done"] = .int(done) }
        object["total"] = total.map { .int($0) }
        if event != "begin" { object["seconds"] = .double((seconds * 1000).rounded() / 1000) }
        if event == "progress" {
            object["rate"] = rate.map { .double($0) }
            object["remaining_seconds"] = remaining.map { .double(($0 * 1000).rounded() / 1000) }
            if !note.isEmpty { object["note"] = .string(note) }
        }
        return object
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
