import FathomCore
import FathomGeometry
import FathomMedia

/// How far the outlines of a mesh are from those that views saw, blurred so that pixels beside an edge feel it.
///
/// With Dⱼ the distance in pixels from a pixel's centre to the border of triangle j, positive inside,
///
///     Aⱼ = sigmoid(Dⱼ |Dⱼ| / sigma²),  S = 1 − Πⱼ (1 − Aⱼ),  L = mean over pixels of (S − silhouette)²
///
/// without unit, over all views that have a silhouette (SoftRas: Liu et al., "Soft Rasterizer: a differentiable renderer for
/// image-based 3D reasoning", 2019). Triangles act up to 3 sigma from their borders, where the sigmoid, stretched by 10⁻⁴, is 0
/// and 1: a pixel deeper in one has S = 1. Seams between triangles shine through where a sheet is a single one, so that meshes
/// should be closed; and small, as every pixel of a triangle's surroundings is visited twice. Triangles that reach behind a
/// camera are left out.
public struct SoftSilhouetteLoss: MeshLoss {
    public let name = "soft-silhouette"
    private let sigma: Double

    /// - Parameter sigma: the blur in pixels: 1 to 2 at first, 0.3 at the end.
    public init(sigma: Float = 1) {
        precondition(sigma > 0, "a blur is positive")
        self.sigma = Double(sigma)
    }

    public func accumulate(_ surface: LossSurface, weight: Float, into gradients: inout [SIMD3<Float>]) throws -> Double {
        let views = surface.views.filter { $0.silhouette != nil }
        let pixels = views.reduce(0) { $0 + $1.camera.width * $1.camera.height }
        guard pixels > 0 else { return 0 }
        return try views.reduce(0) {
            try $0 + accumulate(surface.mesh, $1, share: 1 / Double(pixels), weight: Double(weight), into: &gradients)
        }
    }

    private func accumulate(
        _ mesh: Mesh, _ view: LossView, share: Double, weight: Double, into gradients: inout [SIMD3<Float>]
    ) throws -> Double {
        let camera = view.camera
        guard let target = view.silhouette, target.channels == 1, target.width == camera.width, target.height == camera.height
        else {
            throw FathomError(
                .inputInvalid, "the silhouette of view '\(view.stem)' does not fit its camera",
                remedy: "give it one channel and the size of the camera")
        }
        let points = mesh.positions.map { view.cameraFromWorld * SIMD3<Double>($0) }
        let triangles = mesh.triangles.indices.compactMap { SoftTriangle($0, mesh.triangles[$0], points, camera) }
        let bands = stride(from: 0, to: camera.height, by: 16).map { $0..<min(camera.height, $0 + 16) }.parallelMap {
            SoftBand($0, of: triangles, target: target, sigma: sigma)
        }
        let rotation = view.cameraFromWorld.rotation.transposed
        for pull in bands.flatMap(\.pulls) {
            let (corners, q) = (mesh.triangles[pull.triangle], pull.gradients)
            for (v, q) in [(Int(corners.x), q.a), (Int(corners.y), q.b), (Int(corners.z), q.c)] {
                let p = points[v]
                let (x, y) = (camera.fx / p.z * q.x, camera.fy / p.z * q.y)
                gradients[v] += SIMD3<Float>(weight * share * (rotation * SIMD3(x, y, -(x * p.x + y * p.y) / p.z)))
            }
        }
        return share * bands.reduce(0) { $0 + $1.loss }
    }
}
