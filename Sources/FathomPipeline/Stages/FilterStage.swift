import FathomGeometry
import FathomGraph
import FathomMVS
import FathomMedia

/// Keeps the depths that other views confirm; see `DepthFilter`.
///
/// `depth` holds the confirmed pixels alone. `complete` holds every pixel, with confidence 0 where none confirm it.
struct FilterStage: SimpleStage {
    static let name = "filter"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "keeps the depths that other views confirm"
    static let scene = InputPort("scene", .scene)
    static let depth = InputPort("depth", .metricDepth)
    static let confirmed = OutputPort("depth", .metricDepth)
    static let complete = OutputPort("complete", .metricDepth)
    static let inputs = [scene.port, depth.port]
    static let outputs = [confirmed.port, complete.port]
    static let chunking = Chunking.perItem
    /// Views that may confirm a depth (Yan et al. use ten).
    private static let sources = 10

    let options: DepthFilterOptions
    init(_ options: DepthFilterOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        return StageEstimate(
            workingBytes: maps.pixels * (4 * Self.sources + 20), coreSeconds: Double(maps.count * maps.pixels) * 9e-8,
            outputs: Self.confirmed.extent(maps), Self.complete.extent(maps))
    }

    func reads(_ inputs: StageInputs) throws -> (Int) throws -> [PortReads] {
        let neighbors = try ViewSelection.neighbors(inputs[Self.scene], count: Self.sources)
        return { view in
            [
                Self.scene.reads(.scene(geometry: true, photos: [], masks: [view])),
                Self.depth.reads(.items([view] + neighbors[view])),
            ]
        }
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene = context[Self.scene]
        let views = try PosedDepths(scene, context[Self.depth])
        let filter = DepthFilter(options)
        let neighbors = try ViewSelection.neighbors(scene, count: Self.sources)
        return { chunk in
            let view = chunk.index
            guard let reference = try views[view] else { return Summary() }
            let filtered = try filter.filter(
                reference: reference, sources: neighbors[view].compactMap { try views[$0] }, mask: scene.views[view].loadMask())
            chunk.set(Self.confirmed, to: filtered.depth)
            chunk.set(
                Self.complete,
                to: DepthMap(
                    values: reference.depth.values, convention: reference.depth.convention,
                    confidence: filtered.depth.confidence))
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
