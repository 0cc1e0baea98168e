import FathomCore
import FathomGeometry

/// The predicted peak of memory of a plan, from the extents of its inputs and the estimates of its stages.
struct MemoryForecast: Sendable {
    /// Bytes of all live values and of the stage at work.
    private(set) var peakBytes = 0
    /// The node at work when memory peaks.
    private(set) var peakNode = ""
    /// Bytes of the values that live while each step runs, its outputs included.
    private(set) var valueBytes: [Int] = []
    /// Predicted time on one core.
    private(set) var coreSeconds = 0.0

    init(_ plan: Plan, inputs: [Graph.Source: PortExtent]) {
        var live = inputs
        for (index, step) in plan.steps.enumerated() {
            let estimate = step.stage.estimate(step.sources.compactMapValues { live[$0] })
            for (port, extent) in estimate.outputs { live[.port(node: step.node, port: port)] = extent }
            valueBytes.append(live.values.reduce(0) { $0 + $1.bytes })
            let bytes = valueBytes[index] + estimate.workingBytes
            if bytes > peakBytes {
                peakBytes = bytes
                peakNode = step.node
            }
            coreSeconds += estimate.coreSeconds
            for source in plan.released(after: index) { live[source] = nil }
        }
    }
}
