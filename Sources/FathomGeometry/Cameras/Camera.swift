/// Pinhole intrinsics with the image size they belong to, plus the lens model they came with.
///
/// Pixel coordinates are continuous: the image spans [0, width] × [0, height], the centre of the first pixel is
/// (0.5, 0.5). Lengths in pixels.
public struct Camera: Sendable, Hashable {
    /// Width of the image, pixels.
    public var width: Int
    /// Height of the image, pixels.
    public var height: Int
    /// Focal length along x, pixels.
    public var fx: Double
    /// Focal length along y, pixels.
    public var fy: Double
    /// Where the optical axis meets the image, continuous pixels from its left border.
    public var cx: Double
    /// The same from its upper border.
    public var cy: Double
    /// How the lens bends rays; stages that need a pinhole get it through `undistorted`.
    public var lens: LensModel

    /// A camera as it is stated; nothing is checked (importers ask `CameraCheck`).
    public init(width: Int, height: Int, fx: Double, fy: Double, cx: Double, cy: Double, lens: LensModel = .pinhole) {
        self.width = width
        self.height = height
        self.fx = fx
        self.fy = fy
        self.cx = cx
        self.cy = cy
        self.lens = lens
    }

    /// The calibration matrix K.
    ///
    /// Takes camera coordinates of a pinhole to homogeneous continuous pixels: rows (fx, 0, cx), (0, fy, cy), (0, 0, 1).
    public var matrix: Matrix3 { Matrix3(rows: [fx, 0, cx], [0, fy, cy], [0, 0, 1]) }

    /// K⁻¹.
    ///
    /// Takes a homogeneous pixel (u, v, 1) to the point at depth 1 on its ray, in camera coordinates.
    public var inverseMatrix: Matrix3 { Matrix3(rows: [1 / fx, 0, -cx / fx], [0, 1 / fy, -cy / fy], [0, 0, 1]) }

    /// This camera for the image resized to `width` × `height`.
    ///
    /// Continuous pixels scale by the ratio of sizes per axis; the lens model, which works on rays, stays.
    public func resized(width: Int, height: Int) -> Camera {
        let sx = Double(width) / Double(self.width)
        let sy = Double(height) / Double(self.height)
        return Camera(width: width, height: height, fx: fx * sx, fy: fy * sy, cx: cx * sx, cy: cy * sy, lens: lens)
    }
}
