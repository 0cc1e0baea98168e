import FathomCore
import FathomGeometry
import FathomMedia

/// Depth maps of posed views, without weights: planning, search and geometric refinement over a whole scene.
///
/// Use: `plan()` once, then `search(_:)` for every view, then `refine()` as often as `options.geometricPasses`, then
/// `depthMap(_:)`. Memory: 4 bytes per pixel of every view for the estimates, and prepared images up to half of `memory`.
public final class MultiViewStereo {
    /// The views that one depth map is computed from, and the depths searched.
    public struct Plan: Sendable {
        public var sources: [Int]
        public var depthRange: ClosedRange<Double>
    }

    public let scene: Scene
    public let options: MultiViewStereoOptions
    /// One per view, in the scene's order; nil before `plan()` and for views that nothing overlaps.
    public private(set) var plans: [Plan?]

    /// Sparse points per view from which on they alone say how deep the scene is.
    private static let plentyOfPoints = 1000

    private let search: DepthSearch
    private let cache: SearchViewCache
    private var estimates: [DepthEstimate?]

    /// - Parameter memory: bytes that prepared images and estimates may take.
    /// - Throws: `inputInvalid` for fewer than two views.
    public init(scene: Scene, options: MultiViewStereoOptions = MultiViewStereoOptions(), memory: Int = 2 << 30) throws {
        guard scene.views.count >= 2 else {
            throw FathomError(
                .inputInvalid, "the scene has \(scene.views.count) view, but depth needs at least two",
                remedy: "add photos taken from other places")
        }
        self.scene = scene
        self.options = options
        search = DepthSearch()
        let levels =
            scene.views.map { view in
                let (width, height) = (view.camera.width, view.camera.height)
                return max(
                    DepthSearch.levels(width: width, height: height), CoarseStructure.level(width: width, height: height) + 1)
            }.max() ?? 1
        cache = SearchViewCache(views: scene.views, levels: levels, budget: memory / 2)
        estimates = Array(repeating: nil, count: scene.views.count)
        plans = Array(repeating: nil, count: scene.views.count)
    }

    /// Chooses sources and depth ranges for every view.
    ///
    /// Scenes with few sparse points or none are first searched at thumbnail size (`CoarseStructure`): camera geometry alone
    /// bounds depths loosely, and the nearest things may carry none of a handful of points.
    ///
    /// - Parameter progress: called with the share done.
    public func plan(progress: (Double) throws -> Void = { _ in }) throws {
        var guide = scene
        let observations = scene.points.reduce(0) { $0 + $1.views.count }
        if observations < Self.plentyOfPoints * scene.views.count { guide.points += try roughPoints(progress: progress) }
        for selection in try ViewSelection.select(guide, count: 4 * options.views) {
            // What is nearest fills the border of few images and yields few points.
            var range = 0.8 * selection.depthRange.lowerBound...selection.depthRange.upperBound
            if let given = options.depthRange { range = given.nearest...given.farthest }
            let view = scene.views[selection.reference]
            let middle = 2 / (1 / range.lowerBound + 1 / range.upperBound)
            plans[selection.reference] = Plan(
                sources: SourceChoice.pick(
                    options.views - 1, of: zip(selection.sources, selection.scores).map { ($0, $1) }, views: scene.views,
                    seenFrom: view.cameraFromWorld.center + view.cameraFromWorld.forward * middle),
                depthRange: range)
        }
        try progress(1)
    }

    private func roughPoints(progress: (Double) throws -> Void) throws -> [SparsePoint] {
        var cameras = scene
        cameras.points = []
        let selections = try ViewSelection.select(cameras, count: 4)
        var thumbnails: [CoarseStructure.Thumbnail?] = Array(repeating: nil, count: scene.views.count)
        for (done, selection) in selections.enumerated() {
            let reference = try cache[selection.reference]
            thumbnails[selection.reference] = CoarseStructure.thumbnail(
                reference: reference, sources: try selection.sources.map { try cache[$0] }, depthRange: selection.depthRange)
            try progress(Double(done + 1) / Double(selections.count))
        }
        return CoarseStructure.points(thumbnails)
    }

    /// Searches the depth of one view from photos alone.
    public func search(_ view: Int) throws {
        guard let plan = plans[view] else { return }
        estimates[view] = try search.search(
            reference: try cache[view], sources: try plan.sources.map { try cache[$0] }, depthRange: plan.depthRange)
    }

    /// Refines every view with the depth of its sources; all views are read before any is replaced.
    ///
    /// - Parameter progress: called with the share done.
    public func refine(progress: (Double) throws -> Void = { _ in }) throws {
        var refined = estimates
        for view in scene.views.indices {
            guard let plan = plans[view], let estimate = estimates[view] else { continue }
            let sources = try plan.sources.compactMap { source in
                try estimates[source].map { (view: try cache[source], estimate: $0) }
            }
            if !sources.isEmpty { refined[view] = search.refine(estimate, reference: try cache[view], sources: sources) }
            try progress(Double(view + 1) / Double(scene.views.count))
        }
        estimates = refined
    }

    /// The depth map of a view with its confidence, NaN outside the view's mask; nil when nothing overlaps the view.
    public func depthMap(_ view: Int) throws -> DepthMap? {
        guard var map = estimates[view]?.depthMap(unit: scene.unit) else { return nil }
        if let mask = try scene.views[view].loadMask() {
            let count = mask.pixelCount
            map.values.withMutablePointer { depth in
                mask.withPointer { mask in
                    for i in 0..<count where mask[i] == 0 { depth[i] = .nan }
                }
            }
        }
        return map
    }
}
