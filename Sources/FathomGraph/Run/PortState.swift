import FathomCore

/// What is known of the value at an output port of a step: how many parts it has, and which exist.
///
/// The runner's thread alone changes it, and never while chunks are computed; threads that compute read it.
final class PortState: @unchecked Sendable {
    enum PartState: Sendable {
        case unknown
        /// Its chunk is done and gave no value.
        case absent
        case stored(ObjectReference)
        /// Not stored: the key of what makes it.
        case made(Digest)
    }

    let type: PortType
    /// Names of the items, one for a value that is a single part; nil until they are counted.
    private(set) var names: [String]?
    private(set) var parts: [PartState] = []
    /// The parts in the order in which they came to be known.
    private(set) var history: [Int] = []
    /// Called once each when a part is known, and when all are.
    private var partWaiters: [Int: [() throws -> Void]] = [:]
    private var countWaiters: [() throws -> Void] = []
    private var completionWaiters: [() throws -> Void] = []
    private var knownDigest: Digest?

    init(_ type: PortType) {
        self.type = type
    }

    var isCounted: Bool { names != nil }
    var isComplete: Bool { isCounted && history.count == parts.count }

    func count(as names: [String]) throws {
        self.names = names
        parts = Array(repeating: .unknown, count: names.count)
        for call in countWaiters { try call() }
        countWaiters = []
        if isComplete { try complete() }
    }

    func set(_ part: Int, to state: PartState) throws {
        guard case .unknown = parts[part] else { return }
        parts[part] = state
        history.append(part)
        for call in partWaiters.removeValue(forKey: part) ?? [] { try call() }
        if isComplete { try complete() }
    }

    private func complete() throws {
        for call in completionWaiters { try call() }
        completionWaiters = []
    }

    func whenCounted(_ call: @escaping () throws -> Void) throws {
        if isCounted { try call() } else { countWaiters.append(call) }
    }

    /// Calls back when what `reads` names is known; returns at once whether it is known already.
    func isKnown(_ reads: Reads, otherwise call: @escaping () throws -> Void) -> Int {
        guard case .items(let items) = reads, type.hasItems, !isMade else {
            if isComplete { return 0 }
            completionWaiters.append(call)
            return 1
        }
        var missing = 0
        for item in items where !isKnown(item) {
            partWaiters[item, default: []].append(call)
            missing += 1
        }
        return missing
    }

    func isKnown(_ part: Int) -> Bool {
        guard parts.indices.contains(part), case .unknown = parts[part] else { return parts.indices.contains(part) }
        return false
    }

    /// The object of a part that is stored.
    func object(_ part: Int) -> ObjectReference {
        guard case .stored(let object) = parts[part] else { preconditionFailure("the part is known to be stored") }
        return object
    }

    /// Whether the value is made when it is needed, and not stored.
    var isMade: Bool { if case .made? = parts.first { true } else { false } }

    /// What stands in a key for the parts that `reads` names.
    ///
    /// - Precondition: they are known.
    func text(_ reads: Reads) -> String {
        if case .items(let items) = reads, type.hasItems, !isMade { return items.map { text($0) }.joined(separator: " ") }
        if let knownDigest { return "\(knownDigest)" }
        let names = names ?? []
        let digest = Digest(of: parts.indices.map { "\(names[$0]) \(text($0))" }.joined(separator: "\n"))
        knownDigest = digest
        return "\(digest)"
    }

    /// What stands in a key for a part.
    func text(_ part: Int) -> String {
        switch parts[part] {
        case .unknown: preconditionFailure("a part is known before it is part of a key")
        case .absent: "-"
        case .stored(let object): "\(object.digest)"
        case .made(let key): "made \(key)"
        }
    }
}
