import FathomGeometry

/// From where a shape is looked at first.
package struct Viewpoint: Sendable {
    /// Unit vectors in world coordinates; not parallel.
    let forward: SIMD3<Double>
    let up: SIMD3<Double>

    /// As a camera at the origin sees: forward along z, up against y.
    package static let camera = Viewpoint(forward: SIMD3(0, 0, 1), up: SIMD3(0, -1, 0))

    private init(forward: SIMD3<Double>, up: SIMD3<Double>) {
        self.forward = forward
        self.up = up
    }

    /// Along the first view; up is where the views' upper edges point on average.
    package init(of scene: Scene) {
        let sum = scene.views.reduce(SIMD3<Double>.zero) { $0 + $1.cameraFromWorld.rotation.transposed * SIMD3(0, -1, 0) }
        guard let first = scene.views.first, length(sum) > 1e-6 else {
            self = .camera
            return
        }
        let up = normalize(sum)
        let forward = first.cameraFromWorld.rotation.transposed * SIMD3(0, 0, 1)
        // A view along the vertical leaves only the direction of its right edge to tell where forward is.
        let level = length(cross(forward, up)) > 1e-3 ? forward : first.cameraFromWorld.rotation.transposed * SIMD3(0, -1, 1)
        self.init(forward: normalize(level), up: up)
    }
}
