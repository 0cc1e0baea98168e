import FathomGeometry
import FathomGraph
import FathomMVS

/// One cloud of points from many depth maps; see `PointFusion`.
struct FuseStage: SimpleStage {
    static let name = "fuse"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "merges depth maps into one cloud of points"
    static let scene = InputPort("scene", .scene)
    static let depth = InputPort("depth", .metricDepth)
    static let points = OutputPort("points", .points)
    static let inputs = [scene.port, depth.port]
    static let outputs = [points.port]
    static let chunking = Chunking.whole
    /// Views that a view's pixels are compared with.
    private static let neighbors = 10

    let options: FusionOptions
    init(_ options: FusionOptions) { self.options = options }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let maps = inputs[Self.depth]
        let points = maps.count * maps.pixels / 4
        return StageEstimate(
            workingBytes: (Self.neighbors + 1) * maps.pixels * 12, coreSeconds: Double(maps.count * maps.pixels) * 9e-8,
            outputs: Self.points.extent(PortExtent(count: points, bytes: points * 40)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let scene = context[Self.scene]
        let views = try PosedDepths(scene, context[Self.depth])
        return { chunk in
            let used = views.indices
            let place = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
            let neighbors = try ViewSelection.neighbors(scene, count: Self.neighbors)
            var cloud = PointCloud()
            let summary = try chunk.track { progress in
                var done = 0
                return try PointFusion(options).fuse(
                    neighbors: used.map { neighbors[$0].compactMap { place[$0] } }, memoryLimit: context.memory,
                    load: { try views.colored(used[$0]) },
                    emit: { points in
                        cloud.append(points)
                        done += 1
                        try progress(Double(done) / Double(used.count))
                    })
            }
            if cloud.count == 0, let worst = summary.counts.items.max(by: { $0.count < $1.count }) {
                chunk.warn("no point came of \(summary.counts.pixels) depths; most were lost to: \(worst.name)")
            }
            chunk.set(Self.points, to: cloud)
            return Summary(numbers: ["points": Double(cloud.count)])
        }
    }
}
