import FathomCore

/// What stands in `batch.json`: how each item of a batch stands, also while it runs and after it was killed.
struct BatchRecord: Sendable {
    static let fileName = "batch.json"

    var command: [String]
    var graph: String
    var shard: Shard?
    var results: [BatchResult]
    var status = Summary.Status?.none
    var seconds = 0.0

    /// Shards of a batch share an output folder.
    var fileName: String { shard.map { "batch-\($0.index + 1)-of-\($0.count).json" } ?? Self.fileName }

    var json: JSONValue {
        var object: JSONObject = [
            "fathom": .string(Fathom.version), "status": .string(status?.rawValue ?? "running"),
            "command": .array(command.map { .string($0) }), "graph": .string(graph),
        ]
        object["shard"] = shard.map { .string("\($0)") }
        object["seconds"] = .double(seconds.rounded(toPlaces: 3))
        object["counts"] = .object(JSONObject(results.counts.map { ($0.status.rawValue, .int($0.count)) }))
        object["items"] = .array(results.map { .object($0.json) })
        return .object(object)
    }

    func write(to folder: String) throws {
        try AtomicFile.write(json.text(pretty: true) + "\n", to: folder.appendingPath(fileName))
    }
}

extension [BatchResult] {
    /// How many items have each status, those of no item left out.
    public var counts: [(status: BatchResult.Status, count: Int)] {
        let counts = Dictionary(grouping: self, by: \.status).mapValues(\.count)
        return BatchResult.Status.allCases.compactMap { status in counts[status].map { (status, $0) } }
    }
}
