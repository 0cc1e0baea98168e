import FathomCore

/// What came of a stage or a run: how it ended, why, and its figures.
public struct Summary: Sendable {
    /// How it ended.
    public enum Status: String, Sendable {
        case ok
        /// Finished, but some items have no result. Of a chunk: it has a result that lacks what the reason says; the program
        /// ends with status 2.
        case partial
        case failed
        case interrupted
    }

    public var status: Status
    /// One sentence without a full stop; empty when there is nothing to say.
    public var reason: String
    /// Figures by name, in order. Names are snake case and carry their unit where it is not plain: `views`, `valid_share`.
    public var numbers: [(name: String, value: Double)]
    /// What else belongs into the record, such as the weights in use.
    public var facts: JSONObject

    public init(
        _ status: Status = .ok, reason: String = "", numbers: KeyValuePairs<String, Double> = [:], facts: JSONObject = [:]
    ) {
        self.status = status
        self.reason = reason
        self.numbers = numbers.map { ($0.key, $0.value) }
        self.facts = facts
    }

    /// The summary of a stage that threw `error`.
    init(of error: any Error) {
        let isInterruption = (error as? FathomError)?.code == .interrupted
        self.init(isInterruption ? .interrupted : .failed, reason: "\(error)")
    }

    /// `{"status": …, "reason": …, "numbers": {…}}` and the facts.
    public var json: JSONValue {
        var object: JSONObject = ["status": .string(status.rawValue)]
        if !reason.isEmpty { object["reason"] = .string(reason) }
        object["numbers"] = .object(JSONObject(numbers.map { ($0.name, JSONValue(number: $0.value)) }))
        for (key, value) in facts.members { object[key] = value }
        return .object(object)
    }
}

extension JSONValue {
    /// A number without a fraction where it has none.
    public init(number: Double) {
        self = Int(exactly: number).map { .int($0) } ?? .double(number)
    }
}
