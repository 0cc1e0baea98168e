import FathomGeometry
import FathomMedia

/// A photo with the pinhole camera that took it.
public struct PosedImage: Sendable {
    /// Height × width × 3, any unit of brightness.
    public let color: Raster<Float>
    /// A pinhole of the photo's size.
    public let camera: Camera
    /// World to camera, x right, y down, z forward.
    public let cameraFromWorld: Pose

    /// A photo and its camera, which must fit each other.
    public init(color: Raster<Float>, camera: Camera, cameraFromWorld: Pose) {
        precondition(color.channels == 3 && camera.lens == .pinhole, "a posed image is RGB seen by a pinhole")
        precondition(color.width == camera.width && color.height == camera.height, "photo and camera differ in size")
        self.color = color
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
    }
}
