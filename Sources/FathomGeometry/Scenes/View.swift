/// One photo with its camera and pose. The pixels stay on disk until `loadColor` is called.
public struct View: Sendable {
    /// What an image's alpha channel means.
    public enum Alpha: Sendable, Equatable {
        /// Nothing; it is dropped.
        case ignored
        /// Opacity: colours are shown on white, and pixels less than half opaque are masked.
        case mask
    }

    /// A depth image of the same size as the photo, registered to it.
    public struct MeasuredDepth: Sendable, Equatable {
        public var path: String
        /// Scene units per code of a 16-bit file, whose codes 0 and 65535 are invalid; nil for files that state their values.
        public var codeScale: Double?

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
    public var cameraFromWorld: Pose
    /// Mask file, if any: zero marks pixels to ignore.
    public var maskPath: String?
    public var alpha: Alpha
    /// Depths worth searching, in scene units, if the importer knows them.
    public var depthRange: ClosedRange<Double>?
    public var measuredDepth: MeasuredDepth?

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
