import FathomCore
import FathomGeometry
import FathomMedia

/// Merges the depth maps of many views into one cloud of points without duplicates.
///
/// Views are visited in the order of decreasing valid pixels. A pixel that is not yet part of a point is projected into the
/// neighbouring views; those whose depth agrees both ways vote for it, those that see something behind it vote against it.
/// With enough votes it becomes a point on its own ray: its depth is the mean of the agreeing ones with weights
/// confidence · cos θ / distance² (θ between ray and normal), its colour likewise, and its normal that of the plane through
/// the inverse depths of its 7×7 neighbours. The agreeing pixels of the other views are marked and make no point themselves.
///
/// Views are loaded on demand and dropped within a memory limit. The result depends neither on threads nor on the limit.
public struct PointFusion: Sendable {
    public var options: FusionOptions

    public init(_ options: FusionOptions = FusionOptions()) {
        self.options = options
    }

    /// Fuses views that are in memory, each with all others.
    ///
    /// - Throws: `inputInvalid` for an unfit view.
    public func fuse(_ views: [PosedDepth]) throws -> (cloud: PointCloud, summary: FusionSummary) {
        var cloud = PointCloud()
        let neighbors = views.indices.map { own in views.indices.filter { $0 != own } }
        let summary = try fuse(neighbors: neighbors, memoryLimit: .max, load: { views[$0] }, emit: { cloud.append($0) })
        return (cloud, summary)
    }

    /// Fuses views that a provider loads when needed.
    ///
    /// - Parameters:
    ///   - neighbors: for each view, the other views (at most 255) it is compared with.
    ///   - validPixels: for each view, its number of pixels with depth (`FilterCounts.kept`) if known; otherwise every view is
    ///     loaded once more to count them.
    ///   - memoryLimit: bytes of depth maps, photos and marks to hold at a time; emitted points come on top.
    ///   - load: a view by index, normally a filtered depth map; called on this thread. All views have a photo, or none.
    ///   - emit: takes the points of one reference view at a time, in the order of visits.
    /// - Throws: `usage` when a view and its neighbours do not fit into the limit, `inputInvalid` for an unfit view, and what
    ///   `load` and `emit` throw.
    public func fuse(
        neighbors: [[Int]], validPixels: [Int]? = nil, memoryLimit: Int, load: (Int) throws -> PosedDepth,
        emit: (PointCloud) throws -> Void
    ) throws -> FusionSummary {
        let views = neighbors.count
        for (view, others) in neighbors.enumerated() {
            precondition(others.count <= 255 && others.allSatisfy { $0 != view && $0 >= 0 && $0 < views }, "not neighbours")
        }
        var summary = FusionSummary()
        let valid = try validPixels ?? (0..<views).map { try load($0).validPixels }
        precondition(valid.count == views, "valid pixels must be given for every view")
        if validPixels == nil { summary.loads = views }
        let order = (0..<views).sorted { (-valid[$0], $0) < (-valid[$1], $1) }
        let steps = order.map { [$0] + neighbors[$0] }

        var marks = [PixelMarks?](repeating: nil, count: views)
        var markBytes = 0
        var hasColor: Bool?
        try withoutActuallyEscaping(load) { load in
            var cache = PosedDepthCache(steps: steps, views: views) { index in
                let view = try load(index)
                do { try view.validate() } catch let error as FathomError { throw error.located(at: "view \(index)") }
                if let hasColor, hasColor != (view.color != nil) {
                    throw FathomError(
                        .inputInvalid, "some views have a photo and some have none",
                        remedy: "give photos for all views or for none",
                        at: "view \(index)")
                }
                hasColor = view.color != nil
                return view
            }
            for needed in steps {
                let taken = try cache.take(needed, limit: memoryLimit - markBytes)
                var stepMarks = zip(needed, taken).map { marks[$0] ?? PixelMarks(pixels: $1.depth.values.pixelCount) }
                let result = FusionStep(views: taken, options: options).run(marks: &stepMarks)
                for (index, new) in zip(needed, stepMarks) {
                    if marks[index] == nil { markBytes += 4 * new.words.count }
                    marks[index] = new
                }
                summary.counts += result.counts
                summary.peakBytes = max(summary.peakBytes, cache.peakBytes + markBytes)
                if result.cloud.count > 0 { try emit(result.cloud) }
            }
            summary.loads += cache.loads
        }
        return summary
    }
}

extension PointCloud {
    /// Appends the points of a cloud with the same optional arrays.
    package mutating func append(_ other: PointCloud) {
        positions += other.positions
        normals += other.normals
        colors += other.colors
        confidences += other.confidences
        viewCounts += other.viewCounts
    }
}
