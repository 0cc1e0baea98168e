import FathomCore

/// How a scene is read.
public struct SceneOptions: Sendable {
    /// What is done about cameras made for images of another size.
    public enum CameraScale: Sendable, Equatable {
        /// Nothing: cameras and images must agree.
        case stated
        /// Cameras are scaled to the images, which must have their shape.
        case fit
        /// Focal lengths and principal points are multiplied.
        case factor(Double)
    }

    /// What the last line of an MVSNet camera holds after the nearest depth.
    public enum MVSNetRange: String, Sendable, CaseIterable {
        /// The distance between depth planes (MVSNet, CasMVSNet, GBi-Net).
        case interval
        /// The farthest depth (PatchmatchNet, IterMVS).
        case maximum
    }

    /// Folder of masks named `STEM.png`, relative to the working directory or to the scene; nil for none.
    public var masks: String?
    /// Box that holds what should be reconstructed, in world coordinates; it replaces what the format says.
    public var bounds: Bounds?
    /// fx, fy, cx, cy in continuous pixels (centre of the first pixel at 0.5, 0.5) for formats that do not state them.
    public var intrinsics: SIMD4<Double>?
    /// Folder of the images, relative to the working directory or to the scene; nil takes the format's own.
    public var images: String?
    public var cameraScale: CameraScale
    /// Camera axes of the poses in the files; nil takes the format's own.
    public var axes: CameraAxes?
    public var direction: PoseReading.Direction
    /// Nil guesses from the numbers, with a warning where both make sense.
    public var mvsnetRange: MVSNetRange?

    public init(
        masks: String? = nil, bounds: Bounds? = nil, intrinsics: SIMD4<Double>? = nil, images: String? = nil,
        cameraScale: CameraScale = .stated, axes: CameraAxes? = nil, direction: PoseReading.Direction = .stated,
        mvsnetRange: MVSNetRange? = nil
    ) {
        self.masks = masks
        self.bounds = bounds
        self.intrinsics = intrinsics
        self.images = images
        self.cameraScale = cameraScale
        self.axes = axes
        self.direction = direction
        self.mvsnetRange = mvsnetRange
    }

    /// The folder of images that the user named, here or in the scene's `folder`; nil when it is the format's own.
    ///
    /// - Throws: `inputMissing`.
    public func imageFolder(in folder: String) throws -> String? {
        try images.map { try Self.existing($0, "image", in: folder, flag: "--images") }
    }

    /// The folder of masks that the user named, here or in the scene's `folder`; nil for none.
    ///
    /// - Throws: `inputMissing`.
    func maskFolder(in folder: String) throws -> String? {
        try masks.map { try Self.existing($0, "mask", in: folder, flag: "--masks") }
    }

    private static func existing(_ path: String, _ what: String, in folder: String, flag: String) throws -> String {
        for candidate in [path, folder.appendingPath(path)] where FileSystem.kind(of: candidate) == .folder { return candidate }
        throw FathomError(
            .inputMissing, "the \(what) folder does not exist, neither here nor in the scene",
            remedy: "check the path given with \(flag)", at: path)
    }

    /// - Throws: `usage` for a box without volume, for intrinsics that are not positive focal lengths, for non-finite numbers.
    public func validate() throws {
        if let bounds {
            let size = bounds.upper - bounds.lower
            guard size.x > 0, size.y > 0, size.z > 0, (size * size).sum().isFinite else {
                func text(_ corner: SIMD3<Double>) -> String { "\(corner.x),\(corner.y),\(corner.z)" }
                throw FathomError(
                    .usage, "the bounds \(text(bounds.lower)) to \(text(bounds.upper)) are not a box",
                    remedy: "give the smaller corner first: xmin,ymin,zmin,xmax,ymax,zmax", at: "--bounds")
            }
        }
        if let k = intrinsics {
            guard k[0] > 0, k[1] > 0, k.sum().isFinite else {
                throw FathomError(
                    .usage, "\(k[0]),\(k[1]),\(k[2]),\(k[3]) are not fx,fy,cx,cy with positive focal lengths",
                    remedy: "give them in pixels, such as 585,585,320,240", at: "--intrinsics")
            }
        }
    }
}
