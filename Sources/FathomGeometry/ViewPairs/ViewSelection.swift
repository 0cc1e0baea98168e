import FathomCore

/// What multi-view stereo does for one view: which views help it and which depths are worth searching.
public struct ReferencePlan: Sendable {
    /// Index into `Scene.views`.
    public var reference: Int
    /// Indices of the source views, best first; at least one.
    public var sources: [Int]
    /// Depths worth searching, in scene units.
    public var depthRange: ClosedRange<Double>
    /// Score of each source: falling, unless the scene recommends the sources.
    public var scores: [Double]
}

/// Chooses source views and depth ranges for every view of a scene.
///
/// Where the scene recommends sources (`Scene.pairs`), they are taken as they stand; otherwise views are ranked.
/// With sparse points, pairs are ranked by the points they share, weighted by triangulation angle (Yao et al., MVSNet, 2018),
/// and depths come from the points. Without, pairs are ranked by the angle at a typical depth times the overlap of the
/// frusta, and depths come from the box the user gave, or from the cameras alone.
public enum ViewSelection {
    /// Points fewer than this say too little about a range of depths.
    static let minimumPoints = 50

    /// The plan of every view that has at least one useful neighbour, in scene order; callers report the views left out.
    ///
    /// Cost: O(Σ track length²) with points, O(views²) without. Ties are broken by view index, so the plan is deterministic.
    ///
    /// - Parameter count: sources per reference at most.
    /// - Throws: `inputInvalid` with fewer than two views, when all cameras stand at one place, when no two cameras see a
    ///   common part of the scene, or when no camera sees the bounds.
    public static func select(_ scene: Scene, count: Int) throws -> [ReferencePlan] {
        let views = scene.views
        guard views.count >= 2 else {
            throw FathomError(
                .inputInvalid, "the scene has \(views.count) view\(views.count == 1 ? "" : "s"), stereo needs two or more")
        }
        let cameras = CameraRig(views)
        guard cameras.extent > 0 else {
            throw FathomError(
                .inputInvalid, "all \(views.count) cameras stand at the same place",
                remedy: "depth needs photos from different positions; check the poses")
        }
        let tracks = scene.points.count >= minimumPoints ? PointTracks(scene) : nil
        let found = views.indices.parallelMap {
            plan($0, scene: scene, cameras: cameras, tracks: tracks, count: max(count, 1))
        }.compactMap { $0 }
        if found.isEmpty {
            throw FathomError(
                .inputInvalid,
                scene.bounds == nil
                    ? "no two cameras see a common part of the scene" : "no two cameras see a common part of the bounds",
                remedy: "check the poses: they must map world to camera, x right, y down, z forward")
        }
        return found
    }

    private static func plan(
        _ reference: Int, scene: Scene, cameras: CameraRig, tracks: PointTracks?, count: Int
    ) -> ReferencePlan? {
        let view = scene.views[reference]
        var known = view.depthRange
        if let bounds = scene.bounds {
            known = DepthRanges.range(of: bounds, in: view)
            if known == nil { return nil }
        }
        var best = Array(scene.recommendedSources(of: reference).prefix(count))
        if best.isEmpty {
            var scores = tracks?.scores(of: reference, cameras: cameras) ?? []
            let fromPoints = scores.contains { $0 > 0 }
            if !fromPoints {
                known = known ?? cameras.range(of: reference)
                guard let known else { return nil }
                scores = cameras.scores(of: reference, range: known)
            }
            best = scores.indices.filter { scores[$0] > 0 }
                .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
                .prefix(count).map { RankedView(view: $0, score: scores[$0]) }
        }
        if best.isEmpty { return nil }
        let sources = best.map(\.view)
        let range = known ?? tracks?.range(of: reference, neighbors: sources, in: scene) ?? cameras.range(of: reference)
        guard let range else { return nil }
        return ReferencePlan(reference: reference, sources: sources, depthRange: range, scores: best.map(\.score))
    }
}
