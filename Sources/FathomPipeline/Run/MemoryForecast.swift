import FathomCore
import FathomGeometry

/// The predicted peak of memory of a plan, from the extents of its inputs and the estimates of its stages.
struct MemoryForecast: Sendable {
    /// Bytes of all live values and of the stage at work.
    private(set) var peakBytes = 0
    /// The node at work when memory peaks.
    private(set) var peakNode = ""
    /// Predicted time on one core.
    private(set) var coreSeconds = 0.0

    init(_ plan: Plan, inputs: [Graph.Source: PortExtent]) {
        var live = inputs
        for (index, step) in plan.steps.enumerated() {
            let estimate = step.stage.estimate(step.sources.compactMapValues { live[$0] })
            for (port, extent) in estimate.outputs { live[.port(node: step.node, port: port)] = extent }
            let bytes = live.values.reduce(estimate.workingBytes) { $0 + $1.bytes }
            if bytes > peakBytes {
                peakBytes = bytes
                peakNode = step.node
            }
            coreSeconds += estimate.coreSeconds
            for source in plan.released(after: index) { live[source] = nil }
        }
    }
}

extension PortValue {
    /// Number of views of a scene or per-view value; nil for other values.
    var viewCount: Int? {
        switch self {
        case .scene(let scene): scene.views.count
        case .depth(let maps, _): maps.stems.count
        case .confidence(let maps): maps.stems.count
        case .pictures(let pictures): pictures.stems.count
        case .points, .mesh, .volume: nil
        }
    }

    /// The extent of a value that exists.
    var extent: PortExtent {
        switch self {
        case .scene(let scene):
            PortExtent(
                count: scene.views.count, pixels: scene.views.map { $0.camera.width * $0.camera.height }.max() ?? 0,
                bytes: scene.points.count * MemoryLayout<SparsePoint>.stride)
        case .points(let points): PortExtent(count: points.count, bytes: points.count * 36)
        case .mesh(let mesh):
            PortExtent(count: mesh.triangles.count, bytes: mesh.triangles.count * 16 + mesh.positions.count * 36)
        case .depth, .confidence, .pictures, .volume:
            preconditionFailure("only scenes, points and meshes are read from files")
        }
    }
}
