import FathomCore
import FathomGeometry
import FathomMedia

/// A camera and what it saw, at the size at which a mesh is compared with it.
public struct LossView: Sendable {
    public var stem: String
    /// A pinhole of the size of the rasters below.
    public var camera: Camera
    public var cameraFromWorld: Pose
    /// Share of the object in each pixel, 0…1, one channel; nil where nothing is known of its outline.
    public var silhouette: Raster<Float>?
    /// Depth along the optical axis in world units; NaN where it is not known.
    public var depth: Raster<Float>?
    /// Brightness 0…1, one channel.
    public var image: Raster<Float>?

    public init(
        stem: String, camera: Camera, cameraFromWorld: Pose, silhouette: Raster<Float>? = nil, depth: Raster<Float>? = nil,
        image: Raster<Float>? = nil
    ) {
        self.stem = stem
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
        self.silhouette = silhouette
        self.depth = depth
        self.image = image
    }

    /// - Parameter what: what the raster is, in the plural or without an article, as "depth" or "masks".
    /// - Throws: `inputInvalid` for a raster of another size than the camera's.
    func checkSize(of raster: Raster<Float>, _ what: String) throws {
        guard raster.width == camera.width, raster.height == camera.height else {
            throw FathomError(
                .inputInvalid,
                "\(what) of \(raster.width)×\(raster.height) pixels stand where the camera is for \(camera.width)×\(camera.height)",
                remedy: "give \(what) of the photos' size", at: stem)
        }
    }
}
