import FathomCore

/// How one item of a batch stands.
public struct BatchResult: Sendable {
    public enum Status: String, Sendable, CaseIterable {
        /// Not begun.
        case waiting
        case running
        case ok
        /// Everything was in the store.
        case cached
        /// Finished, but parts of it have no result.
        case partial
        case failed
        case interrupted
    }

    public let item: BatchItem
    public internal(set) var status = Status.waiting
    /// Why it has no result, or what parts of it have none.
    public internal(set) var failures: [ItemFailure] = []
    public internal(set) var warnings: [String] = []
    /// Wall time.
    public internal(set) var seconds: Double?

    /// What `fathom run` would have ended with; nil for items that did not end.
    public var exitStatus: Int32? {
        switch status {
        case .ok, .cached: ExitStatus.ok
        case .partial: ExitStatus.someItemsFailed
        case .failed: failures.first.map { ExitStatus.of($0.error) }
        case .waiting, .running, .interrupted: nil
        }
    }

    /// `{"item": …, "folder": …, "status": …}`, and what there is of exit status, seconds, error, failures and warnings.
    public var json: JSONObject {
        var object: JSONObject = ["item": .string(item.path), "folder": .string(item.name), "status": .string(status.rawValue)]
        object["exit_status"] = exitStatus.map { .int(Int($0)) }
        object["seconds"] = seconds.map { .double($0.rounded(toPlaces: 3)) }
        if status == .failed { object["error"] = failures.first.map { .string("\($0.error)") } }
        if status == .partial { object["failed"] = .array(failures.map(\.json)) }
        if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
        return object
    }
}
