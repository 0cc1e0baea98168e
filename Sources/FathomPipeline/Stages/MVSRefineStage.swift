import FathomCore
import FathomGeometry
import FathomMVS

/// Depth refined with that of neighbouring views; see `MultiViewStereo.refine`.
struct MVSRefineStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Depth refinement", [])
    }

    static let name = "mvs-refine"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "refines the depth of each view with that of its neighbours"
    static let inputs = [Port("scene", .scene), Port("plan", .viewPlan), Port("estimate", .depthEstimate)]
    static let outputs = [Port("estimate", .depthEstimate)]
    static let chunking = Chunking.perItem
    static let guides = ["plan"]

    let options: Options
    init(_ options: Options) { self.options = options }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [String: Reads] {
        try Self.reads(inputs.input("plan"), neighbors: true, masks: false)
    }

    /// What refinement and depth maps read of a view and, if `neighbors`, of its sources.
    static func reads(
        _ plans: PerView<StereoPlan>, neighbors: Bool, masks: Bool
    ) throws -> (Int) throws -> [String: Reads] {
        { view in
            let views = try plans[view].map { [view] + (neighbors ? $0.sources : []) } ?? []
            return [
                "scene": .scene(geometry: true, photos: views, masks: masks ? [view] : []), "plan": .items([view]),
                "estimate": .items(views),
            ]
        }
    }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let estimates = inputs["estimate", default: .none]
        return StageEstimate(
            workingBytes: 220 * estimates.pixels, coreSeconds: Double(estimates.count * estimates.pixels) * 1.4e-6,
            outputs: ["estimate": estimates])
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let stereo = try MultiViewStereo(scene: context.input("scene"))
        let plans: PerView<StereoPlan> = context.input("plan")
        let estimates: PerView<DepthEstimate> = context.input("estimate")
        return { chunk in
            guard let plan = try plans[chunk.index], let estimate = try estimates[chunk.index] else { return Summary() }
            let refined = try stereo.refine(chunk.index, estimate, plan: plan) { try estimates[$0] }
            chunk.set("estimate", to: .depthEstimate(refined))
            return Summary()
        }
    }
}
