import FathomCore
import FathomMedia

/// One photo with its camera and pose. The pixels stay on disk until `loadColor` is called.
public struct View: Sendable {
    /// Name without folder and extension; output files carry it.
    public var stem: String
    /// Absolute or working-directory-relative path of the image file.
    public var imagePath: String
    /// Intrinsics for the image as it is stored (never rotated by EXIF).
    public var camera: Camera
    public var cameraFromWorld: Pose
    /// Mask file, if any: zero marks pixels to ignore.
    public var maskPath: String?
    /// Depths worth searching, in scene units, if the importer knows them.
    public var depthRange: ClosedRange<Double>?

    public init(
        stem: String, imagePath: String, camera: Camera, cameraFromWorld: Pose, maskPath: String? = nil,
        depthRange: ClosedRange<Double>? = nil
    ) {
        self.stem = stem
        self.imagePath = imagePath
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
        self.maskPath = maskPath
        self.depthRange = depthRange
    }
}

/// A triangulated point and the views that see it.
public struct SparsePoint: Sendable {
    public var position: SIMD3<Double>
    public var color: SIMD3<UInt8>
    /// Indices into `Scene.views`.
    public var views: [Int]

    public init(position: SIMD3<Double>, color: SIMD3<UInt8>, views: [Int]) {
        self.position = position
        self.color = color
        self.views = views
    }
}

/// An axis-aligned box in world coordinates.
public struct Bounds: Sendable, Equatable {
    public var lower: SIMD3<Double>
    public var upper: SIMD3<Double>

    public init(lower: SIMD3<Double>, upper: SIMD3<Double>) {
        self.lower = lower
        self.upper = upper
    }

    public func contains(_ p: SIMD3<Double>) -> Bool { all(p .>= lower) && all(p .<= upper) }
    public var diagonal: Double { length(upper - lower) }
}

/// Posed views of one place, with optional sparse points and bounds. World frame and unit are the input's.
public struct Scene: Sendable {
    /// Sorted by stem unless the format defines an order.
    public var views: [View]
    public var points: [SparsePoint]
    public var bounds: Bounds?
    /// Name of the format it was read from, e.g. "COLMAP text model".
    public var format: String
    /// Unit of lengths if known ("mm", "m"), else "scene unit".
    public var unit: String
    /// What the reader noticed and the user should know: assumptions made, entries left out.
    public var warnings: [String]

    public init(
        views: [View], points: [SparsePoint] = [], bounds: Bounds? = nil, format: String, unit: String = "scene unit",
        warnings: [String] = []
    ) {
        self.views = views
        self.points = points
        self.bounds = bounds
        self.format = format
        self.unit = unit
        self.warnings = warnings
    }
}
