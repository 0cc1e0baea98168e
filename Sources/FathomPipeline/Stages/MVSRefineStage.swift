import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS

/// Depth refined with that of neighbouring views; see `MultiViewStereo.refine`.
struct MVSRefineStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Depth refinement", [])
    }

    static let name = "mvs-refine"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "refines the depth of each view with that of its neighbours"
    static let scene = InputPort("scene", .scene)
    static let plan = InputPort("plan", .viewPlan)
    static let estimate = InputPort("estimate", .depthEstimate)
    static let refined = OutputPort("estimate", .depthEstimate)
    static let inputs = [scene.port, plan.port, estimate.port]
    static let outputs = [refined.port]
    static let chunking = Chunking.perItem
    static let guides = [plan.port]

    let options: Options
    init(_ options: Options) { self.options = options }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        try Self.reads(inputs[Self.plan], neighbors: true, masks: false)
    }

    /// What refinement and depth maps read of a view and, if `neighbors`, of its sources.
    static func reads(
        _ plans: PerView<StereoPlan>, neighbors: Bool, masks: Bool
    ) throws -> (Int) throws -> [PortReads] {
        { view in
            let views = try plans[view].map { [view] + (neighbors ? $0.sources : []) } ?? []
            return [
                scene.reads(.scene(geometry: true, photos: views, masks: masks ? [view] : [])), plan.reads(.items([view])),
                estimate.reads(.items(views)),
            ]
        }
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let estimates = inputs[Self.estimate]
        return StageEstimate(
            workingBytes: 220 * estimates.pixels, coreSeconds: Double(estimates.count * estimates.pixels) * 1.4e-6,
            outputs: Self.refined.extent(estimates))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let stereo = try MultiViewStereo(scene: context[Self.scene])
        let plans = context[Self.plan]
        let estimates = context[Self.estimate]
        return { chunk in
            guard let plan = try plans[chunk.index], let estimate = try estimates[chunk.index] else { return Summary() }
            let refined = try stereo.refine(chunk.index, estimate, plan: plan) { try estimates[$0] }
            chunk.set(Self.refined, to: refined)
            return Summary()
        }
    }
}
