import FathomCore

/// The record of a run, written as `run.json` beside its outputs: at the start, and at the end however the run ends.
///
/// A run that was killed leaves the status "running".
struct RunManifest: Sendable {
    static let fileName = RecordFiles.manifest

    /// What happened to one node.
    struct Node: Sendable {
        var name: String
        var stage: any Stage
        /// What its chunks took that were computed.
        var usage: ResourceUsage
        var summary: Summary
        var warnings: [String]
        /// Images that gave no result, and steps whose results lack something, with the reason.
        var failures: [ItemFailure]
        /// The chunks by step; a simple stage has one step of its own name.
        var steps: [Step]

        /// What happened to one step.
        struct Step: Sendable {
            var name: String
            var stage: String
            /// Libraries that had a part in its numbers, with their versions.
            var libraries: [String: String]
            /// The options it ran with, where a time among them became a number of steps.
            var settled: JSONObject?
            var chunks: [ChunkRecord]
        }

        /// - Parameter failing: the step at work when the run ended, if any.
        init(name: String, stage: any Stage, steps states: [StepState], failing: StepState?) {
            self.name = name
            self.stage = stage
            let computed = states.flatMap(\.records).map(\.usage)
            usage = ResourceUsage(
                wallSeconds: computed.reduce(0) { $0 + $1.wallSeconds }, cpuSeconds: computed.reduce(0) { $0 + $1.cpuSeconds },
                peakBytes: computed.map(\.peakBytes).max() ?? 0)
            summary = Summary.sum(of: states.map(\.summary))
            if states.contains(where: { $0 === failing }) { summary.status = .failed }
            warnings = states.flatMap(\.warnings)
            failures = states.flatMap(\.losses)
            steps = states.map { state in
                Step(
                    name: state.step.name, stage: state.step.type.label, libraries: state.libraries,
                    settled: state.step.stage.isOpenEnded && !state.isOpenEnded ? state.stage.parameters : nil,
                    chunks: state.records.sorted { $0.index < $1.index })
            }
        }
    }

    /// One output of the graph and the files it became.
    struct Output: Sendable {
        var template: String
        var isPerItem: Bool
        var source: Graph.Source
        var type: PortType
        /// Unit of depths or lengths, smallest and largest depth of a sequence, what the codes of all files mean where they
        /// share one coding.
        var facts: JSONObject
        var files: [OutputLedger.File]

        /// What programs call it: the folder of an output of one file per item, else the path.
        var name: String {
            guard isPerItem, let slash = template.lastIndex(of: "/") else { return template }
            return String(template[..<slash])
        }
    }

    var graph: Graph
    var command: [String]
    var inputs: [(name: String, paths: [String], input: LoadedInput)] = []
    var nodes: [Node] = []
    var outputs: [Output] = []
    var warnings: [String] = []
    var forecast: Forecast?
    var summary: Summary?
    var usage: ResourceUsage?
    /// Resident memory over time, in seconds since the run began.
    var memory: [(seconds: Double, bytes: Int)] = []
    /// When the run began, in seconds since 1970.
    var began = 0
    /// Part of the run that this process did, as "3/8".
    var shard: String?
    /// The number that decides everything random.
    var seed: UInt64 = 0
    /// What the numbers of inputs and outputs mean.
    var conventions: JSONObject = [:]
    /// Libraries that had a part in the numbers of any step, with their versions.
    var libraries: [String: String] = [:]

    /// Writes the manifest into `folder`.
    func write(to folder: String) throws {
        try AtomicFile.write(json.text(pretty: true) + "\n", to: folder.appendingPath(Self.fileName))
    }

    var json: JSONValue {
        var object: JSONObject = [
            "fathom": .string(Fathom.version), "status": .string(summary?.status.rawValue ?? "running"),
        ]
        if let reason = summary?.reason, !reason.isEmpty { object["reason"] = .string(reason) }
        object["command"] = .array(command.map { .string($0) })
        object["graph"] = ["name": .string(graph.name), "document": graph.document]
        object["inputs"] = .object(
            JSONObject(
                inputs.map { name, paths, input in
                    let path = paths.count == 1 ? JSONValue.string(paths[0]) : .array(paths.map { .string($0) })
                    return (
                        name,
                        .object(JSONObject([("path", path), ("sha256", .string(input.identity.digest))] + input.facts.members))
                    )
                }))
        object["shard"] = shard.map { .string($0) }
        object["seed"] = .int(Int(truncatingIfNeeded: seed))
        object["nodes"] = .object(JSONObject(nodes.map { ($0.name, $0.json) }))
        object["outputs"] = .object(JSONObject(outputs.map { ($0.template, $0.json) }))
        object["conventions"] = .object(conventions)
        object["machine"] = .object(Machine.json)
        object["numeric_profile"] = .object(
            NumericProfile(kernels: NumericProfile.current.kernels, libraries: libraries).json)
        object["warnings"] = .array(warnings.map { .string($0) })
        if let forecast { object["forecast"] = .object(forecast.json) }
        if let usage { object["usage"] = .object(usage.json) }
        object["began"] = .int(began)
        object["memory"] = .array(memory.map { [.double($0.seconds.rounded(toPlaces: 3)), .int($0.bytes)] })
        return .object(object)
    }

}

extension RunManifest.Node {
    var json: JSONValue {
        var object: JSONObject = [
            "stage": .string("\(type(of: stage).name)@\(type(of: stage).version)"), "params": .object(stage.parameters),
        ]
        for (key, value) in usage.json.members { object[key] = value }
        if case .object(let summary) = summary.json {
            for (key, value) in summary.members { object[key] = value }
        }
        object["warnings"] = .array(warnings.map { .string($0) })
        if !failures.isEmpty { object["failed"] = .array(failures.map(\.json)) }
        object["steps"] = .object(
            JSONObject(
                steps.map { step in
                    var object: JSONObject = ["stage": .string(step.stage)]
                    if !step.libraries.isEmpty {
                        object["libraries"] = .object(
                            JSONObject(step.libraries.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
                    }
                    object["settled"] = step.settled.map { .object($0) }
                    object["chunks"] = .array(step.chunks.map { .object($0.json) })
                    return (step.name, .object(object))
                }))
        return .object(object)
    }
}

extension ChunkRecord {
    var json: JSONObject {
        var object: JSONObject = [
            "index": .int(index), "key": .string("\(key)"), "status": .string(status.rawValue),
            "start_seconds": .double(start.rounded(toPlaces: 3)),
        ]
        for (key, value) in usage.json.members { object[key] = value }
        if !numbers.isEmpty {
            object["numbers"] = .object(JSONObject(numbers.map { ($0.name, JSONValue(number: $0.value)) }))
        }
        return object
    }
}

extension RunManifest.Output {
    var json: JSONValue {
        var object: JSONObject = ["source": .string("\(source)"), "type": .string(type.name)]
        for (key, value) in facts.members { object[key] = value }
        object["files"] = .array(files.map { .string($0.path) })
        object["sha256"] = .array(files.map { .string("\($0.digest)") })
        let codings = files.compactMap { file in file.coding.map { (file.path, $0) } }
        if !codings.isEmpty { object["codings"] = .object(JSONObject(codings)) }
        return .object(object)
    }
}

extension ResourceUsage {
    var json: JSONObject {
        [
            "wall_seconds": .double(wallSeconds.rounded(toPlaces: 3)), "cpu_seconds": .double(cpuSeconds.rounded(toPlaces: 3)),
            "peak_rss_bytes": .int(peakBytes),
        ]
    }
}
