import FathomCore
import FathomGeometry
import FathomMVS

/// Which views each view is compared with, and at which depths; see `MultiViewStereo.plan`. Before that, whether the photos
/// agree with the poses at all (`PoseCheck`).
struct ViewSelectionStage: SimpleStage {
    struct Options: OptionGroup {
        var views = MultiViewStereoOptions().views
        var depthRange: DepthRange?

        static let schema = OptionSchema<Self>(
            "View selection",
            [
                Option("views", \.views, "views compared for each depth map, the reference included", range: .within(2...16)),
                Option(
                    "depthRange", \.depthRange, "depths to search, or \"auto\" to find them per view", unit: "scene units",
                    placeholder: "auto|MIN:MAX", parse: DepthRange.parse, print: DepthRange.print),
            ])
    }

    static let name = "view-selection"
    static let version = SemanticVersion(1, 1, 0)
    static let help = "checks poses against photos, chooses for each view the views and depths to compare"
    static let inputs = [Port("scene", .scene)]
    static let outputs = [Port("plan", .viewPlan)]
    static let chunking = Chunking.whole

    let options: Options
    init(_ options: Options) { self.options = options }

    /// Photos are looked at where the scene has too few points, or none to judge its poses by.
    func reads(_ inputs: StageInputs) -> (Int) throws -> [String: Reads] {
        let scene: Scene = inputs.input("scene")
        let looks = MultiViewStereo.plansFromPhotos(scene) || PoseCheck.isNeeded(scene)
        let photos = looks ? Array(scene.views.indices) : []
        return { _ in ["scene": .scene(geometry: true, photos: photos, masks: [])] }
    }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let scene = inputs["scene", default: .none]
        return StageEstimate(
            workingBytes: 60 * scene.pixels, coreSeconds: Double(scene.count * scene.pixels) * 6e-8,
            outputs: ["plan": PortExtent(count: scene.count, pixels: scene.pixels, bytes: 100 * scene.count)])
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene: Scene = context.input("scene")
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
                    chunk.set("plan", item: view, to: .viewPlan(plan))
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
