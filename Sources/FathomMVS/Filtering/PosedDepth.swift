import FathomCore
import FathomGeometry
import FathomMedia

/// A metric depth map with the camera it belongs to, and optionally its photo.
///
/// Depth is the camera's z in scene units. The camera has no distortion and its size is the map's.
public struct PosedDepth: Sendable {
    public var camera: Camera
    public var cameraFromWorld: Pose
    public var depth: DepthMap
    /// sRGB photo of the same size, three channels; only fusion looks at it.
    public var color: Raster<UInt8>?

    public init(camera: Camera, cameraFromWorld: Pose, depth: DepthMap, color: Raster<UInt8>? = nil) {
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
        self.depth = depth
        self.color = color
    }

    /// Checks what multi-view geometry relies on.
    ///
    /// - Throws: `inputInvalid` when sizes differ, the lens is not a pinhole or the depth is not metric.
    package func validate() throws {
        guard camera.width == depth.width, camera.height == depth.height, camera.width > 0, camera.height > 0 else {
            throw FathomError(
                .inputInvalid,
                "the camera is for \(camera.width)×\(camera.height) and the depth map is \(depth.width)×\(depth.height)",
                remedy: "resize the camera together with the image")
        }
        guard camera.lens == .pinhole else {
            throw FathomError(.inputInvalid, "the camera has lens distortion", remedy: "undistort the view first")
        }
        guard case .metric = depth.convention else {
            throw FathomError(
                .inputInvalid, "the depth map is relative, not metric", remedy: "align it to the scene's scale first")
        }
        if let color, color.width != depth.width || color.height != depth.height || color.channels != 3 {
            throw FathomError(
                .inputInvalid,
                "the photo is \(color.width)×\(color.height)×\(color.channels) and the depth map is \(depth.width)×\(depth.height)",
                remedy: "give an RGB photo of the depth map's size")
        }
    }
}
