import FathomCore
import FathomGeometry

/// What a plan will need, predicted from the extents of its inputs and the estimates of its stages.
public struct Forecast: Sendable {
    /// Bytes of all live values and of the stage at work, at their peak.
    public private(set) var peakBytes = 0
    /// The node at work when memory peaks.
    public private(set) var peakNode = ""
    /// Time on one core, a rough figure.
    public private(set) var coreSeconds = 0.0
    /// The program itself and the blocks that `Buffer` keeps for reuse.
    private static let constantBytes = 200 << 20
    /// Bytes of the values that live while each step runs, its outputs included.
    private(set) var valueBytes: [Int] = []

    init(_ plan: Plan, inputs: [Graph.Source: PortExtent]) {
        var live = inputs
        for (index, step) in plan.steps.enumerated() {
            let estimate = step.stage.estimate(step.sources.compactMapValues { live[$0] })
            for (port, extent) in estimate.outputs { live[.port(node: step.node, port: port)] = extent }
            valueBytes.append(live.values.reduce(0) { $0 + $1.bytes })
            let bytes = Self.constantBytes + valueBytes[index] + estimate.workingBytes
            if bytes > peakBytes {
                peakBytes = bytes
                peakNode = step.node
            }
            coreSeconds += estimate.coreSeconds
            for source in plan.released(after: index) { live[source] = nil }
        }
    }
}

extension Forecast {
    /// Reads the inputs, as a run would, and predicts what the run will need.
    ///
    /// - Throws: as `GraphRunner.run` for inputs that are missing, damaged or not bound.
    public init(_ plan: Plan, reading bindings: [String: InputBinding]) throws {
        let inputs = try InputReader.read(plan.graph, bindings)
        self.init(
            plan, inputs: Dictionary(uniqueKeysWithValues: inputs.map { (.input($0.name), $0.input.value.extent) }))
    }

    var json: JSONObject {
        [
            "peak_bytes": .int(peakBytes), "peak_node": .string(peakNode),
            "core_seconds": .double(coreSeconds.rounded(toPlaces: 1)),
        ]
    }
}
