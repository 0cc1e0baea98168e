/// One photo with its camera and pose. The pixels stay on disk until `loadColor` is called; the views of a scene then keep them
/// in its `ViewCache`.
public struct View: Sendable {
    /// What an image's alpha channel means.
    public enum Alpha: Sendable, Hashable {
        /// Nothing; it is dropped.
        case ignored
        /// Opacity: colours are shown on white, and pixels less than half opaque are masked.
        case mask
    }

    /// A depth image of the same size as the photo, registered to it.
    public struct MeasuredDepth: Sendable, Equatable {
        /// Path of a depth file: metric depth along z, pixel by pixel of the stored photo.
        public var path: String
        /// Scene units per code of a 16-bit file, whose codes 0 and 65535 are invalid; nil for files that state their values.
        public var codeScale: Double?

        /// - Parameter codeScale: for 16-bit PNG files that do not state it.
        public init(path: String, codeScale: Double? = nil) {
            self.path = path
            self.codeScale = codeScale
        }
    }

    /// Name without folder and extension; output files carry it.
    public var stem: String
    /// Absolute or working-directory-relative path of the image file.
    public var imagePath: String
    /// Intrinsics for the image as it is stored (never rotated by EXIF).
    public var camera: Camera
    /// x right, y down, z forward; world coordinates are those of the scene.
    public var cameraFromWorld: Pose
    /// Mask file, if any: zero marks pixels to ignore.
    public var maskPath: String?
    /// What an alpha channel of the photo means, if it has one.
    public var alpha: Alpha
    /// Depths worth searching, in scene units, if the importer knows them.
    public var depthRange: ClosedRange<Double>?
    /// Depth that a sensor recorded, if there is any.
    public var measuredDepth: MeasuredDepth?
    /// Where its scene keeps pixels; nil for a view outside a scene, which reads them anew each time.
    var cache: ViewCache?

    /// A view outside of any scene: its pixels are read anew each time they are asked for.
    public init(
        stem: String, imagePath: String, camera: Camera, cameraFromWorld: Pose, maskPath: String? = nil, alpha: Alpha = .ignored,
        depthRange: ClosedRange<Double>? = nil, measuredDepth: MeasuredDepth? = nil
    ) {
        self.stem = stem
        self.imagePath = imagePath
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
        self.maskPath = maskPath
        self.alpha = alpha
        self.depthRange = depthRange
        self.measuredDepth = measuredDepth
    }
}
