import FathomGeometry
import FathomMVS
import FathomMedia

/// Keeps the depths that other views confirm; see `DepthFilter`.
///
/// `depth` holds the confirmed pixels alone. `complete` holds every pixel, with confidence 0 where none confirm it.
struct FilterStage: Stage {
    static let name = "filter"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "keeps the depths that other views confirm"
    static let inputs = [Port("scene", .scene), Port("depth", .metricDepth)]
    static let outputs = [Port("depth", .metricDepth), Port("complete", .metricDepth)]
    static let chunking = Chunking.perView
    /// Views that may confirm a depth (Yan et al. use ten).
    private static let sources = 10

    let options: DepthFilterOptions
    init(_ options: DepthFilterOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let maps = inputs["depth", default: .none]
        return StageEstimate(
            workingBytes: maps.pixels * (4 * Self.sources + 20), coreSeconds: Double(maps.count * maps.pixels) * 9e-8,
            outputs: ["depth": maps, "complete": maps])
    }

    func run(_ context: StageContext) throws -> Summary {
        let scene: Scene = context.input("scene")
        let views = try PosedDepths(scene, context.input("depth"))
        let filter = DepthFilter(options)
        let neighbors = try views.neighbors(count: Self.sources)
        var kept = PerView<DepthMap>(stems: scene.views.map(\.stem))
        var complete = kept
        var counts = FilterCounts()
        try context.forEachChunk { view in
            guard let reference = views[view] else { return }
            let filtered = try filter.filter(
                reference: reference, sources: neighbors[view].compactMap { views[$0] }, mask: scene.views[view].loadMask())
            kept[view] = filtered.depth
            complete[view] = DepthMap(
                values: reference.depth.values, convention: reference.depth.convention, confidence: filtered.depth.confidence)
            counts += filtered.counts
        }
        if counts.kept == 0, let worst = counts.items.max(by: { $0.count < $1.count }) {
            context.warn("no depth is confirmed by other views; most pixels were lost to: \(worst.name)")
        }
        context.set("depth", to: .depth(kept, .metricDepth))
        context.set("complete", to: .depth(complete, .metricDepth))
        var summary = Summary()
        summary.numbers = counts.items.map { name, count in
            (name.replacing(" ", with: "_") + "_share", Double(count) / Double(max(1, counts.pixels)))
        }
        return summary
    }
}
