import FathomCore

/// What a run would find in the store and what it would have to compute, as far as that can be told beforehand.
public struct RunPreview: Sendable {
    /// A step of the run.
    public struct Step: Sendable {
        public let name: String
        /// "mvs-search@1.0.0".
        public let stage: String
        /// Chunks that the store has.
        public let hits: Int
        /// Chunks that it lacks.
        public let misses: Int
        /// Chunks whose keys depend on results that are not there yet; nil where not even their number is known.
        public let unknown: Int?
        /// Whether results are made anew whenever they are needed, and never stored.
        public let isMade: Bool
        /// Why chunks are missing.
        public let reason: String
        /// What is left to compute, on one core, a rough figure.
        public let coreSeconds: Double
        /// What is left to store.
        public let bytes: Int
    }

    public let steps: [Step]
    public let forecast: Forecast

    public var coreSeconds: Double { steps.reduce(0) { $0 + $1.coreSeconds } }
    public var bytes: Int { steps.reduce(0) { $0 + $1.bytes } }

    /// Reads the inputs and asks the store; computes nothing.
    ///
    /// - Parameters:
    ///   - cache: folder of the store; nil for none.
    ///   - folder: where an earlier run of the graph may have left its record, which tells what has changed.
    /// - Throws: as `GraphRunner.run` for inputs that are missing, damaged or not bound.
    public init(
        _ plan: Plan, inputs bindings: [String: InputBinding], cache: String?, seed: UInt64 = 0, folder: String
    ) throws {
        // A store that is not there has nothing, and is not made by asking.
        let store = try cache.flatMap { ContentStore.exists(at: $0) ? try ContentStore(path: $0) : nil }
        let files = FileDigests(store: store)
        let read = try InputReader.read(plan, bindings, files: files, seed: seed)
        let inputs = Dictionary(uniqueKeysWithValues: read.map { ($0.name, $0.input) })
        let work = WorkPlan(plan)
        var forecast = Forecast(work, inputs: inputs.mapValues(\.value.extent))
        forecast.keep(inputs.values.map(\.value), limit: Machine.memory)
        self.forecast = forecast
        let state = try RunState(work, inputs: inputs, store: store, seed: seed) { try files.digests(of: [$0])[0] }
        try state.start()
        let earlier = EarlierRun(folder)
        let costs = forecast.steps
        steps = zip(state.steps, costs).map { step, cost in Self.step(step, cost, earlier, inputs) }
    }

    private static func step(
        _ state: StepState, _ cost: Forecast.Step, _ earlier: EarlierRun?, _ inputs: [String: LoadedInput]
    ) -> Step {
        let type = state.step.type
        let count = state.chunks?.count
        let hits = type.isStored ? state.finishedCount : 0
        let misses = state.isChained ? (count ?? 0) - hits : state.readyCount
        let unknown = count.map { $0 - state.finishedCount - misses }
        let left = type.isStored ? count.map { Double($0 - hits) / Double(max(1, $0)) } ?? 1 : 1
        return Step(
            name: state.step.name, stage: type.label, hits: hits, misses: misses, unknown: unknown, isMade: !type.isStored,
            reason: misses == 0 ? "" : reason(state, earlier, inputs), coreSeconds: left * cost.coreSeconds,
            bytes: Int(left * Double(cost.storedBytes)))
    }

    /// What has changed since an earlier run of the graph.
    private static func reason(_ state: StepState, _ earlier: EarlierRun?, _ inputs: [String: LoadedInput]) -> String {
        guard let earlier, let node = earlier.nodes[state.step.node] else { return "not computed before" }
        if let stage = node.stages[state.step.name], stage != state.step.type.label {
            return "\(stage) became \(state.step.type.label)"
        }
        let changes = inputs.filter { earlier.inputs[$0.key] != $0.value.identity.digest }.keys.sorted()
        let parameters = node.parameters
        let now = state.nodeParameters
        let keys = now.keys.filter { parameters[$0] != now[$0] }
        let reasons =
            keys.map { "\($0) was \(parameters[$0]?.text() ?? "not there")" }
            + changes.map { "input \"\($0)\" has changed" }
        return reasons.isEmpty ? "not in the store any more, or what it reads has changed" : reasons.joined(separator: ", ")
    }
}

/// The record that an earlier run left in an output folder.
private struct EarlierRun {
    struct Node {
        var parameters: JSONObject
        /// Stage and version by step.
        var stages: [String: String]
    }

    var inputs: [String: String] = [:]
    var nodes: [String: Node] = [:]

    /// nil where there is no record that can be read.
    init?(_ folder: String) {
        guard let root = try? JSONNode.read(folder.appendingPath(RunManifest.fileName)),
            case .object(let inputs)? = root.value["inputs"], case .object(let nodes)? = root.value["nodes"]
        else { return nil }
        for (name, input) in inputs.members {
            if case .string(let digest)? = input["sha256"] { self.inputs[name] = digest }
        }
        for (name, node) in nodes.members {
            guard case .object(let parameters)? = node["params"], case .object(let steps)? = node["steps"] else { continue }
            var stages: [String: String] = [:]
            for (step, value) in steps.members { if case .string(let stage)? = value["stage"] { stages[step] = stage } }
            self.nodes[name] = Node(parameters: parameters, stages: stages)
        }
    }
}
