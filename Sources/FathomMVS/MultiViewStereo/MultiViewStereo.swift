import FathomCore
import FathomGeometry
import FathomMedia

/// Depth maps of posed views, without weights, in parts that may run in any process, each for one view at a time.
///
/// Use: `plan()` once; `search(_:plan:)` for every view with a plan; as often as `options.geometricPasses`,
/// `refine(_:_:plan:estimates:)` for each of them with the estimates of the part before; then `depthMap(_:of:)`. Each part is
/// a function of the scene, the options and what it is given: views may come in any order, and plans and estimates may have
/// been stored as bytes. Nothing is kept between calls but photos, in the scene's `ViewCache`.
public final class MultiViewStereo: Sendable {
    public let scene: Scene
    public let options: MultiViewStereoOptions

    /// Sparse points per view from which on they alone say how deep the scene is.
    private static let plentyOfPoints = 1000

    private let search = DepthSearch()
    /// Pyramid levels of every view.
    private let levels: Int

    /// - Throws: `inputInvalid` for fewer than two views.
    public init(scene: Scene, options: MultiViewStereoOptions = MultiViewStereoOptions()) throws {
        guard scene.views.count >= 2 else {
            throw FathomError(
                .inputInvalid, "the scene has \(scene.views.count) view, but depth needs at least two",
                remedy: "add photos taken from other places")
        }
        self.scene = scene
        self.options = options
        levels =
            scene.views.map { view in
                let (width, height) = (view.camera.width, view.camera.height)
                return max(
                    DepthSearch.levels(width: width, height: height), CoarseStructure.level(width: width, height: height) + 1)
            }.max() ?? 1
    }

    /// Whether `plan()` looks at the photos of `scene`; otherwise cameras, points and bounds are all it reads.
    public static func plansFromPhotos(_ scene: Scene) -> Bool {
        let isPlanned = scene.views.indices.allSatisfy {
            scene.views[$0].depthRange != nil && !scene.recommendedSources(of: $0).isEmpty
        }
        return !isPlanned && scene.points.reduce(0) { $0 + $1.views.count } < plentyOfPoints * scene.views.count
    }

    /// Chooses sources and depth ranges: one plan per view, in the scene's order, nil for views that nothing overlaps. Sources
    /// that the scene recommends are taken in its order.
    ///
    /// Scenes with few sparse points or none are first searched at thumbnail size (`CoarseStructure`): camera geometry alone
    /// bounds depths loosely, and the nearest things may carry none of a handful of points.
    ///
    /// - Parameter progress: called with the share done.
    public func plan(progress: (Double) throws -> Void = { _ in }) throws -> [StereoPlan?] {
        var guide = scene
        if Self.plansFromPhotos(scene) { guide.points += try roughPoints(progress: progress) }
        var plans: [StereoPlan?] = Array(repeating: nil, count: scene.views.count)
        for selection in try ViewSelection.select(guide, count: 4 * options.views) {
            // What is nearest fills the border of few images and yields few points.
            var range = 0.8 * selection.depthRange.lowerBound...selection.depthRange.upperBound
            if let given = options.depthRange { range = given.nearest...given.farthest }
            let view = scene.views[selection.reference]
            let middle = 2 / (1 / range.lowerBound + 1 / range.upperBound)
            let isRecommended = !scene.recommendedSources(of: selection.reference).isEmpty
            let sources =
                isRecommended
                ? Array(selection.sources.prefix(options.views - 1))
                : SourceChoice.pick(
                    options.views - 1, of: zip(selection.sources, selection.scores).map { ($0, $1) }, views: scene.views,
                    seenFrom: view.cameraFromWorld.center + view.cameraFromWorld.forward * middle)
            plans[selection.reference] = StereoPlan(sources: sources, depthRange: range)
        }
        try progress(1)
        return plans
    }

    private func roughPoints(progress: (Double) throws -> Void) throws -> [SparsePoint] {
        var cameras = scene
        cameras.points = []
        let selections = try ViewSelection.select(cameras, count: 4)
        var thumbnails: [CoarseStructure.Thumbnail?] = Array(repeating: nil, count: scene.views.count)
        for (done, selection) in selections.enumerated() {
            let views = try searchViews([selection.reference] + selection.sources)
            thumbnails[selection.reference] = CoarseStructure.thumbnail(
                reference: views[0], sources: Array(views.dropFirst()), depthRange: selection.depthRange)
            try progress(Double(done + 1) / Double(selections.count))
        }
        return CoarseStructure.points(thumbnails)
    }

    /// Searches the depth of one view in its photo and those of its sources.
    ///
    /// - Throws: `stageFailed` when no source sees the planned depths.
    public func search(_ view: Int, plan: StereoPlan) throws -> DepthEstimate {
        let views = try searchViews([view] + plan.sources)
        return try search.search(reference: views[0], sources: Array(views.dropFirst()), depthRange: plan.depthRange)
    }

    /// One geometric pass over one view: refines its estimate with those of its sources.
    ///
    /// - Parameter estimates: the estimate of a source as it was before this pass, nil if the source has no plan.
    /// - Throws: `inputInvalid` for an estimate that is not of its view's size; what `estimates` throws.
    public func refine(
        _ view: Int, _ estimate: DepthEstimate, plan: StereoPlan, estimates: (Int) throws -> DepthEstimate?
    ) throws -> DepthEstimate {
        try check(estimate, of: view)
        let sources = try plan.sources.compactMap { source in
            try estimates(source).map { estimate in
                try check(estimate, of: source)
                return (index: source, estimate: estimate)
            }
        }
        guard !sources.isEmpty else { return estimate }
        let views = try searchViews([view] + sources.map(\.index))
        return search.refine(
            estimate, reference: views[0], sources: zip(views.dropFirst(), sources).map { (view: $0, estimate: $1.estimate) })
    }

    /// The depth map of a view with its confidence, for which its photo is read again; NaN outside the view's mask.
    ///
    /// - Throws: `inputInvalid` for an estimate that is not of the view's size.
    public func depthMap(_ view: Int, of estimate: DepthEstimate) throws -> DepthMap {
        try check(estimate, of: view)
        var map = search.depthMap(estimate, reference: try scene.views[view].searchView(levels: levels), unit: scene.unit)
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

    /// Views as the search sees them; photos that are not in the scene's cache are read side by side.
    private func searchViews(_ views: [Int]) throws -> [SearchView] {
        try views.parallelMap { try scene.views[$0].searchView(levels: levels) }
    }

    private func check(_ estimate: DepthEstimate, of view: Int) throws {
        let (camera, stem) = (scene.views[view].pinhole, scene.views[view].stem)
        guard estimate.width == camera.width, estimate.height == camera.height else {
            throw FathomError(
                .inputInvalid,
                "the estimate is \(estimate.width)×\(estimate.height) and the view is \(camera.width)×\(camera.height)",
                remedy: "search the view again", at: stem)
        }
    }
}
