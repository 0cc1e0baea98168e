import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS

/// The depth of each view from photos alone; see `MultiViewStereo.search`.
struct MVSSearchStage: SimpleStage {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Depth search", [])
    }

    static let name = "mvs-search"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "searches the depth of each view in the photos"
    static let scene = InputPort("scene", .scene)
    static let plan = InputPort("plan", .viewPlan)
    static let estimate = OutputPort("estimate", .depthEstimate)
    static let inputs = [scene.port, plan.port]
    static let outputs = [estimate.port]
    static let chunking = Chunking.perItem
    static let guides = [plan.port]

    let options: Options
    init(_ options: Options) { self.options = options }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        let plans = inputs[Self.plan]
        return { view in
            let photos = try plans[view].map { [view] + $0.sources } ?? []
            return [Self.scene.reads(.scene(geometry: true, photos: photos, masks: [])), Self.plan.reads(.items([view]))]
        }
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let scene = inputs[Self.scene]
        return StageEstimate(
            workingBytes: 220 * scene.pixels, coreSeconds: Double(scene.count * scene.pixels) * 1.4e-6,
            outputs: Self.estimate.extent(.images(scene.count, pixels: scene.pixels, bytesPerPixel: 8)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let stereo = try MultiViewStereo(scene: context[Self.scene])
        let plans = context[Self.plan]
        return { chunk in
            if let plan = try plans[chunk.index] {
                chunk.set(Self.estimate, to: try stereo.search(chunk.index, plan: plan))
            }
            return Summary()
        }
    }
}
