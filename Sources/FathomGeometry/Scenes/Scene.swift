/// A triangulated point and the views that see it.
public struct SparsePoint: Sendable {
    /// In world coordinates.
    public var position: SIMD3<Double>
    /// Red, green, blue.
    public var color: SIMD3<UInt8>
    /// Indices into `Scene.views`.
    public var views: [Int]

    /// A point and the views that see it, in ascending order.
    public init(position: SIMD3<Double>, color: SIMD3<UInt8>, views: [Int]) {
        self.position = position
        self.color = color
        self.views = views
    }
}

/// A view that the scene recommends as a source for another, as in MVSNet's `pair.txt`.
public struct RankedView: Sendable, Equatable {
    /// Index into `Scene.views`.
    public var view: Int
    /// What the format states; larger is better, and scores of one view alone can be compared.
    public var score: Double

    /// A source with its score.
    public init(view: Int, score: Double) {
        self.view = view
        self.score = score
    }
}

/// Posed views of one place, with optional sparse points and bounds. World frame and unit are the input's.
public struct Scene: Sendable {
    /// Sorted by stem unless the format defines an order.
    public var views: [View]
    /// Triangulated points; empty where the format holds none.
    public var points: [SparsePoint]
    /// The box outside of which nothing is reconstructed, if there is one, in world coordinates.
    public var bounds: Bounds?
    /// Where the subject is, if the format says.
    public var sphere: BoundingSphere?
    /// For each view the sources that the format recommends, best first; empty where it recommends none for any.
    public var pairs: [[RankedView]]
    /// nerfstudio's `applied_transform`: what turned the original world into this one. Kept to be written again, never undone.
    public var appliedTransform: AffineTransform?
    /// How the format states poses.
    public var convention: PoseConvention
    /// How they were read here.
    public var reading: PoseReading
    /// Name of the format it was read from, e.g. "COLMAP text model".
    public var format: String
    /// Path it was read from, for messages; empty for scenes made otherwise.
    public var source = ""
    /// Unit of lengths if known ("mm", "m"), else "scene unit".
    public var unit: String
    /// What the reader noticed and the user should know: assumptions made, entries left out.
    public var warnings: [String]
    /// What was checked when it was read, and what was found.
    public var checks: [SceneCheck]
    /// Pixels of the views that were read; copies of the scene share it.
    public let cache = ViewCache()

    /// Makes a scene of views, which get a `ViewCache` of their own.
    ///
    /// - Parameter pairs: none, or one list per view.
    public init(
        views: [View], points: [SparsePoint] = [], bounds: Bounds? = nil, sphere: BoundingSphere? = nil,
        pairs: [[RankedView]] = [], appliedTransform: AffineTransform? = nil, convention: PoseConvention = PoseConvention(),
        reading: PoseReading? = nil, format: String, unit: String = "scene unit", warnings: [String] = [],
        checks: [SceneCheck] = []
    ) {
        precondition(pairs.isEmpty || pairs.count == views.count, "pairs and views differ in number")
        self.views = views
        for index in views.indices { self.views[index].cache = cache }
        self.points = points
        self.bounds = bounds
        self.sphere = sphere
        self.pairs = pairs
        self.appliedTransform = appliedTransform
        self.convention = convention
        self.reading = reading ?? PoseReading(axes: convention.axes)
        self.format = format
        self.unit = unit
        self.warnings = warnings
        self.checks = checks
    }

    /// Bytes of all that `cache` is asked to keep: colours, masks and grey pyramids with their margins, at most 16 per pixel of
    /// a straightened photo with a border of 32 pixels. Lenses are straightened once each, some milliseconds if they are bent.
    public var pixelBytes: Int {
        Dictionary(grouping: views, by: \.camera).reduce(0) { sum, group in
            let camera = group.key.undistorted
            return sum + group.value.count * 16 * (camera.width + 64) * (camera.height + 64)
        }
    }

    /// The sources that the format recommends for a view, best first; empty where it recommends none.
    public func recommendedSources(of view: Int) -> [RankedView] { pairs.isEmpty ? [] : pairs[view] }
}
