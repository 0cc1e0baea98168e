import FathomCore
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Depth against differences (M17), and what has no say.
struct DepthLossTests {
    private let mesh = sheet(halfSide: 2, squares: 6) { x, y in 0.2 * sin(2 * x) * cos(y) }

    /// A view that sees nothing but the sheet, and depth that is off to one side: residuals that cancel would leave a derivative as
    /// small as the rounding of rendered depths.
    private var view: LossView {
        var view = LossView(
            stem: "above", camera: Camera(width: 64, height: 48, fx: 60, fy: 60, cx: 32, cy: 24),
            cameraFromWorld: Pose.looking(from: [0.2, -0.1, 2], at: .zero, up: [0, 1, 0]))
        var depth = MeshRaster.render(mesh, camera: view.camera, cameraFromWorld: view.cameraFromWorld).depth
        for i in 0..<depth.pixelCount { depth.samples[i] += 0.08 + 0.02 * sinf(Float(i) * 0.37) }
        view.depth = depth
        return view
    }

    @Test(arguments: [2, 0.4] as [Float])
    func gradientMatchesDifferences(huber: Float) throws {
        let view = view
        let worst = try DepthLoss([view], sigma: 0.1, huber: huber).worstDeviation(
            on: mesh, views: [view], directions: .random(12, seed: 1))
        #expect(worst.isAllowed, "\(worst)")
    }

    @Test func unknownDepthHasNoSay() throws {
        var view = view
        view.depth = Raster(width: 64, height: 48, repeating: .nan)
        let (loss, gradients) = try DepthLoss([view], sigma: 0.1).evaluated(mesh, views: [view])
        #expect(loss == 0 && gradients.allSatisfy { $0 == .zero })
    }
}
