import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomMesh

/// A mesh refined through its implicit surface by masks, depth maps and photos; see `MeshRefinement`.
struct DeepMeshStage: SimpleStage {
    static let name = "deep-mesh"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "refines a mesh through its implicit surface by masks, depth maps and photos"
    static let scene = InputPort("scene", .scene)
    static let mesh = InputPort("mesh", .mesh)
    static let depth = InputPort("depth", .metricDepth)
    static let refined = OutputPort("mesh", .mesh)
    static let inputs = [scene.port, mesh.port, depth.port]
    static let outputs = [refined.port]
    static let chunking = Chunking.chained
    static let stepsPerChunk = 10

    let options: MeshRefinementOptions
    init(_ options: MeshRefinementOptions) { self.options = options }

    private var totalSteps: Int { options.levels * options.steps }

    func chunkCount(_ inputs: StageInputs) -> Int { (totalSteps + Self.stepsPerChunk - 1) / Self.stepsPerChunk }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let (scene, mesh) = (inputs[Self.scene], inputs[Self.mesh])
        // A surface of n vertices lies in a box of about (n / 6)^1.5 cells; eight bytes of values each, and room to move.
        let side = (Double(max(1, mesh.count)) / 12).squareRoot()
        let cells = Int(min(2 * side * side * side, 1e9))
        let pixels = scene.count * min(scene.pixels, options.viewSize * options.viewSize * 3 / 4)
        return StageEstimate(
            workingBytes: 12 * cells + 24 * pixels + 200 * mesh.count,
            coreSeconds: Double(totalSteps) * (Double(mesh.count) * 2e-6 + Double(pixels) * 6e-8),
            outputs: Self.refined.extent(mesh))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let (scene, mesh, depth) = (context[Self.scene], context[Self.mesh], context[Self.depth])
        var refinement: MeshRefinement?
        return { [options] chunk in
            var current: MeshRefinement
            if let refinement {
                current = refinement
            } else {
                let views = try RefinementViews(scene, depth, options, chunk)
                if views.usesBackground, chunk.index == 0 {
                    chunk.warn(
                        "silhouettes are taken from the photos' even background; give --masks if it is part of the subject")
                }
                current = try MeshRefinement(
                    mesh, views: views.all, bounds: scene.bounds, options: options, memory: context.memory)
            }
            if let state = chunk.state { try current.take(RefinementState.decode(state)) }
            let first = chunk.index * Self.stepsPerChunk
            var report: StepReport?
            for _ in first..<min(first + Self.stepsPerChunk, current.stepCount) {
                try Interrupt.check()
                report = try current.step()
            }
            chunk.leave(RefinementState.encode(current.state))
            if chunk.isLast { chunk.set(Self.refined, to: try current.mesh()) }
            refinement = current
            var summary = Summary()
            summary.numbers = report?.figures ?? []
            return summary
        }
    }
}
