import FathomCore
import FathomGeometry

/// How well a reconstructed surface matches the true one, from points on both. Lengths are in the scene's unit.
public struct SurfaceMetrics: Sendable, Equatable {
    /// Mean distance from reconstructed points to the truth, of those below the maximum distance.
    public var accuracy: Double
    public var medianAccuracy: Double
    /// Mean distance from true points to the reconstruction, of those below the maximum distance.
    public var completeness: Double
    public var medianCompleteness: Double
    /// Points at or beyond the maximum distance, which the means and medians leave out.
    public var droppedReconstructed: Int
    public var droppedTrue: Int
    /// At each threshold, share of reconstructed points nearer to the truth, of true points nearer to the reconstruction, and
    /// their harmonic mean.
    public var scores: [Score]
    /// Mean |cos| between the normals of nearest points, over both directions; nil when a side has no normals.
    public var normalConsistency: Double?

    public struct Score: Sendable, Equatable {
        public var threshold: Double
        public var precision: Double
        public var recall: Double

        public var fScore: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
    }

    /// (accuracy + completeness) / 2, the overall figure of the DTU protocol.
    public var chamfer: Double { (accuracy + completeness) / 2 }

    /// Name and value of each figure, as the command line prints them. With several thresholds, their figures carry the
    /// threshold in the name.
    public var figures: [(name: String, value: Double)] {
        var figures = [
            ("accuracy", accuracy), ("completeness", completeness), ("chamfer", chamfer), ("median_accuracy", medianAccuracy),
            ("median_completeness", medianCompleteness), ("dropped_reconstructed", Double(droppedReconstructed)),
            ("dropped_true", Double(droppedTrue)),
        ]
        for score in scores {
            let suffix = scores.count > 1 ? "_at_\(score.threshold)" : ""
            figures += [
                ("precision" + suffix, score.precision), ("recall" + suffix, score.recall), ("f_score" + suffix, score.fScore),
            ]
        }
        if let normalConsistency { figures.append(("normal_consistency", normalConsistency)) }
        return figures
    }
}

/// Judges reconstructed points by true ones.
///
/// Distances go to the nearest point of the other side. As in the DTU protocol, distances of at least `maximumDistance` are
/// dropped from accuracy and completeness, not clipped: gross outliers cost nothing there, so their number is reported, and
/// precision and recall count them as misses.
public struct SurfaceEvaluator: Sendable {
    /// Scene units; nil keeps every distance. DTU: 20 mm.
    public var maximumDistance: Double?
    /// Distances for precision, recall and F-score, in scene units.
    public var thresholds: [Double]

    public init(maximumDistance: Double? = nil, thresholds: [Double] = []) {
        self.maximumDistance = maximumDistance
        self.thresholds = thresholds
    }

    /// Compares two clouds.
    ///
    /// - Parameters:
    ///   - isJudged: whether a reconstructed point takes part, such as by an observability mask; it still is a neighbour.
    ///   - isRequired: whether a true point must be covered, such as above the ground; it still is a neighbour.
    /// - Throws: `inputInvalid` when a cloud has no points, or none below the maximum distance.
    public func evaluate(
        reconstruction: PointCloud, truth: PointCloud, isJudged: (SIMD3<Float>) -> Bool = { _ in true },
        isRequired: (SIMD3<Float>) -> Bool = { _ in true }
    ) throws -> SurfaceMetrics {
        let forth = Distances(from: reconstruction, to: PointTree(truth.positions), of: truth, where: isJudged)
        let back = Distances(from: truth, to: PointTree(reconstruction.positions), of: reconstruction, where: isRequired)
        if forth.values.isEmpty { throw FathomError(.inputInvalid, "the reconstruction has no points to judge") }
        if back.values.isEmpty { throw FathomError(.inputInvalid, "the truth has no points to cover") }
        let (near, far) = (forth.kept(below: maximumDistance), back.kept(below: maximumDistance))
        if let maximumDistance, near.isEmpty || far.isEmpty {
            throw FathomError(
                .inputInvalid, "no point is nearer to the other side than the maximum distance \(maximumDistance)",
                remedy: "raise --maximum-distance, or check that both are in the same frame and unit")
        }
        return SurfaceMetrics(
            accuracy: Self.mean(near), medianAccuracy: Self.median(near), completeness: Self.mean(far),
            medianCompleteness: Self.median(far), droppedReconstructed: forth.values.count - near.count,
            droppedTrue: back.values.count - far.count,
            scores: thresholds.map { threshold in
                SurfaceMetrics.Score(
                    threshold: threshold, precision: forth.share(below: threshold), recall: back.share(below: threshold))
            },
            normalConsistency: forth.normalConsistency.flatMap { forth in back.normalConsistency.map { (forth + $0) / 2 } })
    }

    private static func mean(_ values: [Float]) -> Double {
        values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }

    private static func median(_ values: [Float]) -> Double {
        let sorted = values.sorted()
        return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// Distances from the points of one cloud to another.
private struct Distances {
    /// Infinite where the other cloud has no points.
    var values: [Float]
    var normalConsistency: Double?

    init(from source: PointCloud, to tree: PointTree, of target: PointCloud, where isCounted: (SIMD3<Float>) -> Bool) {
        let counted = source.positions.indices.filter { source.positions[$0].sum().isFinite && isCounted(source.positions[$0]) }
        let hasNormals = !source.normals.isEmpty && !target.normals.isEmpty
        var distances = Buffer<Float>(repeating: .infinity, count: counted.count)
        var cosines = Buffer<Float>(repeating: 0, count: hasNormals ? counted.count : 0)
        withMutablePointers(&distances, &cosines) { distances, cosines in
            ThreadPool.shared.parallelFor(counted.count, grain: 4096) { range in
                for place in range {
                    guard let hit = tree.nearest(to: source.positions[counted[place]]) else { continue }
                    distances[place] = hit.distanceSquared.squareRoot()
                    if hasNormals { cosines[place] = abs(dot(source.normals[counted[place]], target.normals[hit.index])) }
                }
            }
        }
        values = distances.array
        if hasNormals && !counted.isEmpty {
            normalConsistency = cosines.array.reduce(0) { $0 + Double($1) } / Double(cosines.count)
        }
    }

    func kept(below limit: Double?) -> [Float] {
        guard let limit else { return values }
        return values.filter { Double($0) < limit }
    }

    func share(below threshold: Double) -> Double {
        Double(values.count { Double($0) < threshold }) / Double(values.count)
    }
}
