import FathomGeometry
import FathomMVS
import FathomMedia

/// Depth maps of posed views; see `MultiViewStereo`.
struct MVSStage: Stage {
    static let name = "mvs"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "computes a depth map for each posed view"
    static let inputs = [Port("scene", .scene)]
    static let outputs = [Port("depth", .metricDepth), Port("confidence", .confidence)]
    /// Refinement reads the depth of neighbouring views, so no view is finished before the last one is searched.
    static let chunking = Chunking.whole

    let options: MultiViewStereoOptions
    init(_ options: MultiViewStereoOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let scene = inputs["scene", default: .none]
        let pixels = scene.count * scene.pixels
        let maps = PortExtent.images(scene.count, pixels: scene.pixels, bytesPerPixel: 4)
        return StageEstimate(
            workingBytes: 16 * pixels + 220 * scene.pixels,
            coreSeconds: Double(pixels * (options.views - 1) * (1 + options.geometricPasses)) * 3.5e-7,
            outputs: ["depth": maps, "confidence": maps])
    }

    func run(_ context: StageContext) throws -> Summary {
        let scene: Scene = context.input("scene")
        let stereo = try MultiViewStereo(scene: scene, options: options, memory: context.memory / 2)
        let plans = try context.track(part: "planning") { try stereo.plan(progress: $0) }
        var estimates = plans.map { _ in DepthEstimate?.none }
        try context.forEach(plans.indices, unit: "views", part: "searching") { view in
            estimates[view] = try plans[view].map { try stereo.search(view, plan: $0) }
        }
        for _ in 0..<options.geometricPasses {
            let before = estimates
            try context.forEach(plans.indices, unit: "views", part: "refining") { view in
                guard let plan = plans[view], let estimate = before[view] else { return }
                estimates[view] = try stereo.refine(view, estimate, plan: plan) { before[$0] }
            }
        }

        var maps = PerView<DepthMap>(stems: scene.views.map(\.stem))
        for (view, estimate) in estimates.enumerated() {
            maps[view] = try estimate.map { try stereo.depthMap(view, of: $0) }
        }
        for (view, map) in zip(scene.views, maps.values) where map == nil {
            context.warn("no other view overlaps \(view.stem); it has no depth map")
        }
        context.set("depth", to: .depth(maps, .metricDepth))
        context.set("confidence", to: .confidence(maps.map(\.confidence)))
        return Summary(numbers: ["views": Double(maps.present.count), "valid_share": maps.validShare])
    }
}
