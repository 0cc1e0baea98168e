import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomMesh

/// A mesh refined through its implicit surface by masks, depth maps and photos; see `MeshRefinement`.
struct DeepMeshStage: SimpleStage {
    static let name = "deep-mesh"
    static let version = SemanticVersion(1, 1, 0)
    static let help = "refines a mesh through its implicit surface by masks, depth maps and photos"
    static let scene = InputPort("scene", .scene)
    static let mesh = InputPort("mesh", .mesh)
    static let depth = InputPort("depth", .metricDepth)
    static let refined = OutputPort("mesh", .mesh)
    static let inputs = [scene.port, mesh.port, depth.port]
    /// One strip of pictures, named after the first view, which sees them.
    static let way = OutputPort("way", .pictures)
    static let outputs = [refined.port, way.port]
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
        var work: Work?
        return { [options, chunks = (totalSteps + Self.stepsPerChunk - 1) / Self.stepsPerChunk] chunk in
            // Without a state, what the worker has is that of the chunk before.
            let before = try chunk.state.map { try RefinementState.decode($0) }
            var current: Work
            if let work, before == nil {
                current = work
            } else {
                current = try Self.start(mesh, scene, depth, before, options, context, chunk)
            }
            if chunk.index == 0 { current.way.append(mesh) }
            let first = chunk.index * Self.stepsPerChunk
            var report: StepReport?
            for _ in first..<min(first + Self.stepsPerChunk, current.refinement.stepCount) {
                try Interrupt.check()
                report = try current.refinement.step()
            }
            let refined = try current.refinement.mesh()
            if MeshWay.isShown(after: chunk.index + 1, of: chunks) { current.way.append(refined) }
            chunk.leave(RefinementState.encode(current.refinement.state, way: current.way.pictures))
            if chunk.isLast {
                chunk.set(Self.refined, to: refined)
                chunk.set(Self.way, item: 0, to: current.way.strip)
            }
            work = current
            var summary = Summary()
            summary.numbers = report?.figures ?? []
            if current.views.contains(where: { $0.silhouette != nil }) {
                summary.numbers.append(("iou", MeshOverlap.mean(of: refined, Self.some(of: current.views))))
            }
            return summary
        }
    }

    /// What a chunk hands to the next one.
    private struct Work {
        var refinement: MeshRefinement
        let views: [LossView]
        var way: MeshWay
    }

    private static func start(
        _ mesh: Mesh, _ scene: Scene, _ depth: PerView<DepthMap>, _ before: (state: MeshRefinement.State, way: [Raster<UInt8>])?,
        _ options: MeshRefinementOptions, _ context: StageContext, _ chunk: Chunk
    ) throws -> Work {
        let views = try RefinementViews(scene, depth, options, chunk)
        if views.usesBackground, chunk.index == 0 {
            chunk.warn("silhouettes are taken from the photos' even background; give --masks if it is part of the subject")
        }
        let refinement = try MeshRefinement(
            mesh, views: views.all, bounds: scene.bounds, options: options, memory: context.memory, state: before?.state)
        let way = MeshWay(
            seenBy: views.all[0].camera, views.all[0].cameraFromWorld, pictures: before?.way ?? [])
        return Work(refinement: refinement, views: views.all, way: way)
    }

    /// Views by which overlap is followed; all of them would take longer than the steps.
    private static func some(of views: [LossView]) -> [LossView] {
        let masked = views.filter { $0.silhouette != nil }
        return stride(from: 0, to: masked.count, by: max(1, masked.count / 8)).map { masked[$0] }
    }
}
