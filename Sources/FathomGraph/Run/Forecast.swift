import FathomCore

/// What a run will need, predicted from the extents of its inputs and the estimates of its stages.
public struct Forecast: Sendable {
    /// What a step will need.
    struct Step: Sendable {
        var name: String
        /// Beside inputs and outputs.
        var workingBytes: Int
        var coreSeconds: Double
        /// What its results take in the store; 0 where they are not stored.
        var storedBytes: Int
    }

    /// Bytes of memory at their peak.
    public private(set) var peakBytes = 0
    /// The step at work when memory peaks.
    public private(set) var peakStep = ""
    private(set) var steps: [Step] = []
    /// Bytes that inputs keep of their files, beside what steps need; part of `peakBytes`.
    private(set) var keptBytes = 0
    /// The program itself, the blocks that `Buffer` keeps for reuse, and parts on their way to and from the store.
    static let constantBytes = 200 << 20

    init(_ work: WorkPlan, inputs: [String: PortExtent]) {
        var extents: [Graph.Source: PortExtent] = [:]
        for (name, extent) in inputs { extents[.input(name)] = extent }
        for step in work.steps {
            let estimate = step.stage.estimate(InputExtents(step.sources.compactMapValues { extents[$0] }))
            var held = 0
            for port in step.type.inputs {
                guard let source = step.sources[port.name], let extent = extents[source] else { continue }
                // Values with items are read item by item.
                held += port.type.hasItems ? 2 * extent.bytes / max(1, extent.count) : extent.bytes
            }
            for port in step.type.outputs {
                guard let extent = estimate.outputs[port.name] else { continue }
                extents[.port(node: step.name, port: port.name)] = extent
                held += port.type.hasItems && step.type.isStored ? extent.bytes / max(1, extent.count) : extent.bytes
            }
            let stored = step.type.isStored ? estimate.outputs.values.reduce(0) { $0 + $1.bytes } : 0
            steps.append(
                Step(
                    name: step.name, workingBytes: estimate.workingBytes + held, coreSeconds: estimate.coreSeconds,
                    storedBytes: stored))
            let bytes = Self.constantBytes + held + estimate.workingBytes
            if bytes > peakBytes {
                peakBytes = bytes
                peakStep = step.name
            }
        }
    }

    /// Lets inputs keep what they read from files, so that nothing is read twice: as much as is of use to them, but at most half
    /// of what no step needs.
    ///
    /// - Parameter limit: bytes that the process may use.
    mutating func keep(_ inputs: [PortValue], limit: Int) {
        let useful = inputs.map(\.keepableBytes)
        let all = useful.reduce(0, +)
        keptBytes = min(all, max(0, limit - peakBytes) / 2)
        peakBytes += keptBytes
        for (input, bytes) in zip(inputs, useful) {
            input.keep(atMost: Int(Double(keptBytes) * Double(bytes) / Double(max(1, all))))
        }
    }

    /// Time on one core, a rough figure.
    public var coreSeconds: Double { steps.reduce(0) { $0 + $1.coreSeconds } }
    /// What results will take in the store.
    public var storedBytes: Int { steps.reduce(0) { $0 + $1.storedBytes } }

    var json: JSONObject {
        [
            "peak_bytes": .int(peakBytes), "peak_step": .string(peakStep),
            "core_seconds": .double(coreSeconds.rounded(toPlaces: 1)), "stored_bytes": .int(storedBytes),
        ]
    }
}

extension Forecast {
    /// Reads the inputs, as a run would, and predicts what a run will need that finds nothing in the store.
    ///
    /// - Throws: as `GraphRunner.run` for inputs that are missing, damaged or not bound.
    public init(_ plan: Plan, reading bindings: [String: InputBinding]) throws {
        let inputs = try InputReader.read(plan, bindings, files: FileDigests(store: nil), seed: 0)
        self.init(
            WorkPlan(plan), inputs: Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.input.value.extent) }))
    }
}
