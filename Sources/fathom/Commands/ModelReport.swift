import FathomCore
import FathomModels

/// What `fathom models` says about one model.
struct ModelReport {
    let entry: ModelEntry
    /// Path of the weights, nil where they are not there or inside the program.
    let path: String?
    let record: ModelRecord?

    init(_ entry: ModelEntry, _ store: ModelStore) throws {
        self.entry = entry
        path = store.path(of: entry)
        record = try store.record(of: entry)
    }

    private var bytes: Int {
        record?.bytes ?? path.flatMap { try? FileSystem.size(of: $0) } ?? entry.approximateSize
    }

    private var state: String { entry.isEmbedded ? "embedded" : path == nil ? "absent" : "present" }

    /// One line for people.
    var line: String {
        let name = entry.name + String(repeating: " ", count: max(0, 39 - entry.name.count))
        let size = "\(bytes / 1_000_000) MB"
        let identifier = entry.license.identifier == "NOASSERTION" ? "licence unclear" : entry.license.identifier
        let license = identifier + (entry.license.notice.map { " (\($0))" } ?? "")
        return "\(name)\(entry.summary); \(license); \(size); \(path ?? state)\n"
    }

    /// The same for programs, with the digest and origin that were recorded.
    var json: JSONObject {
        var object: JSONObject = [
            "name": .string(entry.name), "summary": .string(entry.summary), "state": .string(state), "bytes": .int(bytes),
            "license": .string(entry.license.identifier), "non_commercial": .bool(entry.license.isNonCommercial),
        ]
        object["notice"] = entry.license.notice.map { .string($0) }
        if case .metric(let maximum) = entry.output {
            object["unit"] = "m"
            object["maximum_depth"] = maximum.map { .double($0) }
        }
        object["path"] = path.map { .string($0) }
        object["sha256"] = record.map { .string("\($0.digest)") }
        object["source"] = record.map { .string($0.source) }
        return object
    }
}
