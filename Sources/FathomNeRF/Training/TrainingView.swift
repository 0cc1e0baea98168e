import FathomCore
import FathomGeometry
import FathomMedia

/// A view that rays of a training go through.
public struct TrainingView: Sendable {
    /// A pinhole, for images as large as `color`.
    public var camera: Camera
    public var cameraFromWorld: Pose
    /// RGB; nil for a view that nobody photographed, whose rays have no colour to agree with.
    public var color: Raster<UInt8>?
    /// 0 marks pixels that are never drawn; nil for none.
    public var mask: Raster<UInt8>?

    public init(camera: Camera, cameraFromWorld: Pose, color: Raster<UInt8>?, mask: Raster<UInt8>? = nil) {
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
        self.color = color
        self.mask = mask
    }

    /// The pixel around a place, RGB 0 … 1; nil beyond the image and where there is none.
    func target(x: Float, y: Float) -> SIMD3<Float>? {
        guard let color, x >= 0, y >= 0, x < Float(color.width), y < Float(color.height) else { return nil }
        let index = 3 * (Int(y) * color.width + Int(x))
        return SIMD3(Float(color.samples[index]), Float(color.samples[index + 1]), Float(color.samples[index + 2])) / 255
    }
}
