import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS

/// Which views each view is compared with, and at which depths; see `MultiViewStereo.plan`. Before that, whether the photos
/// agree with the poses at all (`PoseCheck`).
struct ViewSelectionStage: SimpleStage {
    struct Options: ViewComparisonOptions {
        var views = MultiViewStereoOptions().views
        var depthRange: DepthRange?

        static let schema = OptionSchema<Self>("View selection", comparisonOptions)
    }

    static let name = "view-selection"
    static let version = SemanticVersion(1, 1, 0)
    static let help = "checks poses against photos, chooses for each view the views and depths to compare"
    static let scene = InputPort("scene", .scene)
    static let plan = OutputPort("plan", .viewPlan)
    static let inputs = [scene.port]
    static let outputs = [plan.port]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    /// Photos are looked at where the scene has too few points, or none to judge its poses by.
    func reads(_ inputs: StageInputs) -> (Int) throws -> [PortReads] {
        let scene = inputs[Self.scene]
        let looks = MultiViewStereo.plansFromPhotos(scene) || PoseCheck.isNeeded(scene)
        let photos = looks ? Array(scene.views.indices) : []
        return { _ in [Self.scene.reads(.scene(geometry: true, photos: photos, masks: []))] }
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let scene = inputs[Self.scene]
        return StageEstimate(
            workingBytes: 60 * scene.pixels, coreSeconds: Double(scene.count * scene.pixels) * 6e-8,
            outputs: Self.plan.extent(PortExtent(count: scene.count, pixels: scene.pixels, bytes: 100 * scene.count)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene = context[Self.scene]
        var options = MultiViewStereoOptions()
        options.views = self.options.views
        options.depthRange = self.options.depthRange
        for check in scene.checks { try check.confirm(at: scene.source) }
        let stereo = try Self.judging(scene) { try MultiViewStereo(scene: scene, options: options) }
        return { chunk in
            let check = PoseCheck.isNeeded(scene) ? try PoseCheck.check(scene) : nil
            try check?.confirm(at: scene.source)
            let plans = try Self.judging(scene) { try chunk.track { try stereo.plan(progress: $0) } }
            if let warning = check?.warning { chunk.warn(warning) }
            for (view, plan) in plans.enumerated() {
                if let plan {
                    chunk.set(Self.plan, item: view, to: plan)
                } else {
                    chunk.warn("no other view overlaps \(scene.views[view].stem); it has no depth map")
                }
            }
            return Summary()
        }
    }

    /// What is wrong with a scene is told of the folder it was read from.
    private static func judging<Value>(_ scene: Scene, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as FathomError where error.code == .inputInvalid && !scene.source.isEmpty {
            throw error.located(at: scene.source)
        }
    }
}
