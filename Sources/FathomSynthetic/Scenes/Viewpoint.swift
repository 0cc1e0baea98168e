import FathomGeometry

/// A camera standing in a scene.
public struct Viewpoint: Sendable, Equatable {
    /// A pinhole.
    public var camera: Camera
    /// World metres to camera axes, x right, y down, z forward.
    public var cameraFromWorld: Pose

    /// A camera at a place; rendering refuses lenses.
    public init(camera: Camera, cameraFromWorld: Pose) {
        self.camera = camera
        self.cameraFromWorld = cameraFromWorld
    }

    /// The ray of a continuous pixel; its parameter is camera depth.
    @inline(__always)
    func ray(_ u: Double, _ v: Double) -> Ray {
        let inCamera = SIMD3((u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, 1)
        return Ray(origin: cameraFromWorld.center, direction: cameraFromWorld.rotation.transposed * inCamera)
    }

    /// The continuous pixel where a world point appears, or nil behind the camera and outside the image.
    @inline(__always)
    func pixel(of point: SIMD3<Double>) -> SIMD2<Double>? {
        let p = cameraFromWorld * point
        guard p.z > 0 else { return nil }
        let (u, v) = (camera.fx * p.x / p.z + camera.cx, camera.fy * p.y / p.z + camera.cy)
        return u >= 0 && v >= 0 && u < Double(camera.width) && v < Double(camera.height) ? SIMD2(u, v) : nil
    }
}
