import FathomCore
import FathomFields
import FathomGeometry

/// Fits a field so that its surface agrees with what losses know, step by step.
///
/// A step extracts the surface, asks each loss how its vertices should move, and has the optimiser change the field accordingly.
/// Topology follows from the field: handles and parts appear and vanish. The best field so far is kept; where the surface falls to
/// pieces, its Euler characteristic ten times as large as at the start for 20 steps, refinement goes back to it.
public struct SurfaceRefiner<Optimizer: FieldOptimizer>: Sendable {
    public internal(set) var field: Optimizer.Field
    public internal(set) var optimizer: Optimizer
    public internal(set) var stepCount = 0
    public let plannedSteps: Int
    public let losses: [WeightedLoss]
    public let views: [LossView]
    private var extractor: SurfaceExtractor
    private let region: SurfaceRegion?
    /// Every so many steps the whole lattice is sampled, between them what is near the surface.
    private let fullExtractionInterval: Int
    var best: (field: Optimizer.Field, total: Double)?
    var startCharacteristic: Int?
    var brokenSteps = 0

    /// - Parameters:
    ///   - field: where to start.
    ///   - losses: at least one.
    ///   - views: what the losses' view numbers mean.
    ///   - extractor: at the resolution to work at.
    ///   - plannedSteps: what schedules run over.
    ///   - fullExtractionInterval: 1 samples the whole lattice at every step.
    public init(
        _ field: Optimizer.Field, _ optimizer: Optimizer, losses: [WeightedLoss], views: [LossView] = [],
        extractor: SurfaceExtractor, plannedSteps: Int, fullExtractionInterval: Int = 10
    ) {
        self.init(
            field, optimizer, losses: losses, views: views, extractor: extractor, region: nil, plannedSteps: plannedSteps,
            fullExtractionInterval: fullExtractionInterval)
    }

    /// - Parameter region: parts of the surface that leave it are not shown to losses.
    init(
        _ field: Optimizer.Field, _ optimizer: Optimizer, losses: [WeightedLoss], views: [LossView],
        extractor: SurfaceExtractor, region: SurfaceRegion?, plannedSteps: Int, fullExtractionInterval: Int = 10
    ) {
        precondition(!losses.isEmpty, "without a loss there is nothing to refine for")
        self.field = field
        self.optimizer = optimizer
        self.losses = losses
        self.views = views
        self.extractor = extractor
        self.region = region
        self.plannedSteps = plannedSteps
        self.fullExtractionInterval = fullExtractionInterval
    }

    /// The surface of the field as it is, the whole lattice sampled.
    ///
    /// - Throws: `stageFailed` where the field has no zero level in the lattice.
    public mutating func surface() throws -> FieldSurface {
        try nonEmpty(extracted(fully: true))
    }

    /// The field whose losses were least so far.
    public var bestField: Optimizer.Field { best?.field ?? field }

    /// Takes a step.
    ///
    /// - Throws: `stageFailed` where the field has no zero level in the lattice; what losses throw.
    public mutating func step() throws -> StepReport {
        let start = monotonicSeconds()
        var surface = try extracted(fully: stepCount % fullExtractionInterval == 0)
        if surface.mesh.triangles.isEmpty, let best {
            field = best.field
            surface = try extracted(fully: true)
        }
        surface = try nonEmpty(surface)
        if let region { surface.mesh.triangles = region.triangles(of: surface.mesh) }
        let input = LossSurface(surface.mesh, views: views)
        var gradients = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
        var (values, total) = ([(name: String, value: Double)](), 0.0)
        for weighted in losses {
            let value = try weighted.loss.accumulate(input, weight: weighted.weight, into: &gradients)
            values.append((weighted.loss.name, value))
            total += Double(weighted.weight) * value
        }
        for index in gradients.indices where !gradients[index].sum().isFinite { gradients[index] = .zero }
        if total < best?.total ?? .infinity { best = (field, total) }
        let topology = try MeshTopology(
            input.halfEdges(), components: Components(triangles: surface.mesh.triangles, vertexCount: gradients.count))
        let displacement = optimizer.step(&field, surface, gradients, step: stepCount, of: plannedSteps)
        goBackIfBroken(topology.eulerCharacteristic)
        stepCount += 1
        return StepReport(
            losses: values, total: total, vertexCount: gradients.count,
            eulerCharacteristic: topology.eulerCharacteristic, componentCount: topology.componentCount,
            displacement: displacement, evaluationCount: surface.evaluationCount, seconds: monotonicSeconds() - start)
    }

    private mutating func extracted(fully: Bool) throws -> FieldSurface {
        if let grid = field as? GridField, grid.lattice == extractor.lattice {
            return try extractor.surface(grid, grid.latticeValues(), evaluationCount: 0)
        }
        return fully ? try extractor.extract(field) : try extractor.update(field)
    }

    private func nonEmpty(_ surface: FieldSurface) throws -> FieldSurface {
        guard surface.mesh.triangles.isEmpty else { return surface }
        throw FathomError.noZeroCrossing
    }

    private mutating func goBackIfBroken(_ characteristic: Int) {
        let start = startCharacteristic ?? characteristic
        startCharacteristic = start
        brokenSteps = abs(characteristic) > 10 * max(abs(start), 2) ? brokenSteps + 1 : 0
        if brokenSteps >= 20, let best {
            field = best.field
            brokenSteps = 0
        }
    }
}

extension FathomError {
    /// Of a field without a surface in its lattice.
    static var noZeroCrossing: FathomError {
        FathomError(
            .stageFailed, "the field has no zero crossing",
            remedy: "its surface shrank to nothing or lies outside of the bounds; check masks, poses and bounds")
    }
}
