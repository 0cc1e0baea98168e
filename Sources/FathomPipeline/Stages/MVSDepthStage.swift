import FathomCore
import FathomGeometry
import FathomGraph
import FathomMVS
import FathomMedia

/// Depth maps with confidence from what a search left, after a last refinement; see `MultiViewStereo.depthMap`.
struct MVSDepthStage: SimpleStage {
    struct Options: OptionGroup {
        var refine = true

        static let schema = OptionSchema<Self>(
            "Depth maps", [Option("refine", \.refine, "first refine depth with that of neighbouring views")])
    }

    static let name = "mvs-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "refines the depth of each view a last time and gives depth maps with confidence"
    static let scene = InputPort("scene", .scene)
    static let plan = InputPort("plan", .viewPlan)
    static let estimate = InputPort("estimate", .depthEstimate)
    static let depth = OutputPort("depth", .metricDepth)
    static let confidence = OutputPort("confidence", .confidence)
    static let inputs = [scene.port, plan.port, estimate.port]
    static let outputs = [depth.port, confidence.port]
    static let chunking = Chunking.perItem
    static let guides = [plan.port]

    let options: Options
    init(_ options: Options) { self.options = options }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        try MVSRefineStage.reads(inputs[Self.plan], neighbors: options.refine, masks: true)
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let estimates = inputs[Self.estimate]
        let maps = PortExtent.images(estimates.count, pixels: estimates.pixels, bytesPerPixel: 8)
        return StageEstimate(
            workingBytes: 220 * estimates.pixels,
            coreSeconds: Double(estimates.count * estimates.pixels) * (options.refine ? 1.4e-6 : 1e-7),
            outputs: Self.depth.extent(maps),
            Self.confidence.extent(.images(estimates.count, pixels: estimates.pixels, bytesPerPixel: 4)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let stereo = try MultiViewStereo(scene: context[Self.scene])
        let plans = context[Self.plan]
        let estimates = context[Self.estimate]
        return { chunk in
            guard let plan = try plans[chunk.index], var estimate = try estimates[chunk.index] else { return Summary() }
            if options.refine { estimate = try stereo.refine(chunk.index, estimate, plan: plan) { try estimates[$0] } }
            let map = try stereo.depthMap(chunk.index, of: estimate)
            chunk.set(Self.depth, to: map)
            if let confidence = map.confidence { chunk.set(Self.confidence, to: confidence) }
            return Summary(numbers: [
                "views": 1, "valid_pixels": Double(map.values.knownCount), "pixels": Double(map.values.pixelCount),
            ])
        }
    }

    /// Views, and the share of pixels with depth.
    static func summarize(_ chunks: [Summary]) -> Summary {
        let sum = Summary.sum(of: chunks)
        return Summary(numbers: ["views": sum["views"], "valid_share": sum["valid_pixels"] / max(1, sum["pixels"])])
    }
}
