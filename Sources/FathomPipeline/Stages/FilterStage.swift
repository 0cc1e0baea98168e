import FathomGeometry
import FathomMVS
import FathomMedia

/// Keeps the depths that other views confirm; see `DepthFilter`.
///
/// `depth` holds the confirmed pixels alone. `complete` holds every pixel, with confidence 0 where none confirm it.
struct FilterStage: SimpleStage {
    static let name = "filter"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "keeps the depths that other views confirm"
    static let inputs = [Port("scene", .scene), Port("depth", .metricDepth)]
    static let outputs = [Port("depth", .metricDepth), Port("complete", .metricDepth)]
    static let chunking = Chunking.perItem
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

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [String: Reads] {
        let neighbors = try ViewSelection.neighbors(inputs.input("scene"), count: Self.sources)
        return { view in
            ["scene": .scene(geometry: true, photos: [], masks: [view]), "depth": .items([view] + neighbors[view])]
        }
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene: Scene = context.input("scene")
        let views = try PosedDepths(scene, context.input("depth"))
        let filter = DepthFilter(options)
        let neighbors = try ViewSelection.neighbors(scene, count: Self.sources)
        return { chunk in
            let view = chunk.index
            guard let reference = try views[view] else { return Summary() }
            let filtered = try filter.filter(
                reference: reference, sources: neighbors[view].compactMap { try views[$0] }, mask: scene.views[view].loadMask())
            chunk.set("depth", to: .depthMap(filtered.depth))
            chunk.set(
                "complete",
                to: .depthMap(
                    DepthMap(
                        values: reference.depth.values, convention: reference.depth.convention,
                        confidence: filtered.depth.confidence)))
            var summary = Summary()
            summary.numbers = filtered.counts.items.map { (Self.figure($0.name), Double($0.count)) }
            summary.numbers.append((Self.pixels, Double(filtered.counts.pixels)))
            return summary
        }
    }

    /// Shares of all pixels.
    static func summarize(_ chunks: [Summary]) -> Summary {
        var summary = Summary.sum(of: chunks)
        let pixels = max(1, summary[Self.pixels])
        summary.numbers = summary.numbers.compactMap { $0.name == Self.pixels ? nil : ($0.name, $0.value / pixels) }
        return summary
    }

    private static let pixels = "pixels"

    private static func figure(_ name: String) -> String { name.replacing(" ", with: "_") + "_share" }
}
