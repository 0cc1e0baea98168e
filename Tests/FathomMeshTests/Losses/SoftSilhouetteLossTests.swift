import FathomCore
import FathomGeometry
import FathomMedia
import FathomMesh
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SoftSilhouetteLossTests {
    private func view(_ silhouette: (Double, Double) -> Float, from eye: SIMD3<Double> = [0.4, -0.3, 3]) -> LossView {
        let camera = Camera(width: 48, height: 40, fx: 50, fy: 52, cx: 24, cy: 19)
        var raster = Raster<Float>(width: 48, height: 40, repeating: 0)
        for y in 0..<40 {
            for x in 0..<48 { raster[x, y] = silhouette(Double(x) + 0.5, Double(y) + 0.5) }
        }
        return LossView(
            stem: "view", camera: camera, cameraFromWorld: .looking(from: eye, at: .zero, up: [0, 1, 0]), silhouette: raster)
    }

    private func disc(_ radius: Double) -> (Double, Double) -> Float {
        { x, y in (x - 24) * (x - 24) + (y - 19) * (y - 19) < radius * radius ? 1 : 0 }
    }

    @Test func gradientMatchesDifferences() throws {
        let views = [view(disc(12)), view(disc(9), from: [2, 1, 2])]
        for sigma: Float in [0.8, 2] {
            let deviation = try SoftSilhouetteLoss(sigma: sigma).worstDeviation(
                on: geodesicSphere(radius: 0.6, level: 1, noise: 0.2), views: views, step: 0x1p-13)
            #expect(deviation.isAllowed, "sigma \(sigma): \(deviation)")
        }
    }

    /// The formula, pixel by pixel, without limits to the support.
    @Test func agreesWithTheFormula() throws {
        let view = view(disc(11))
        let mesh = geodesicSphere(radius: 0.6, level: 0, noise: 0.2)
        let sigma = 1.5
        func distance(_ p: SIMD2<Double>, _ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
            let u = min(max(((p - a) * (b - a)).sum() / ((b - a) * (b - a)).sum(), 0), 1)
            let d = p - a - u * (b - a)
            return (d * d).sum()
        }
        func side(_ p: SIMD2<Double>, _ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Bool {
            (b.x - a.x) * (p.y - a.y) > (b.y - a.y) * (p.x - a.x)
        }
        let points = mesh.positions.map { view.camera.project(view.cameraFromWorld * SIMD3<Double>($0))! }
        var sum = 0.0
        for y in 0..<40 {
            for x in 0..<48 {
                let p = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
                let free = mesh.triangles.reduce(1.0) { product, t in
                    let (a, b, c) = (points[Int(t.x)], points[Int(t.y)], points[Int(t.z)])
                    let square = min(distance(p, a, b), distance(p, b, c), distance(p, c, a))
                    let isInside = side(p, a, b) == side(p, b, c) && side(p, b, c) == side(p, c, a)
                    return product * (1 - 1 / (1 + exp((isInside ? -1 : 1) * square / (sigma * sigma))))
                }
                sum += pow(1 - free - Double(view.silhouette![x, y]), 2)
            }
        }
        let loss = try SoftSilhouetteLoss(sigma: Float(sigma)).evaluated(mesh, views: [view]).loss
        #expect(abs(loss - sum / (40 * 48)) < 5e-5)
    }

    /// Against an empty target a sharp triangle costs its share of the image, but for the outline.
    @Test func aTriangle() throws {
        let view = view({ _, _ in 0 }, from: [0, 0, 1])
        let mesh = Mesh(positions: [[-0.3, -0.2, 0], [0.3, -0.2, 0], [0, 0.25, 0]], triangles: [[0, 1, 2]])
        let area = 0.5 * 0.6 * 0.45 * 50 * 52
        let loss = try SoftSilhouetteLoss(sigma: 0.2).evaluated(mesh, views: [view]).loss
        #expect(abs(loss * 48 * 40 / area - 1) < 0.05)
    }

    /// A ball grows towards a larger disc and shrinks towards a smaller one; nothing pulls where nothing is known.
    @Test func ballsFollowTheirOutlines() throws {
        let mesh = geodesicSphere(radius: 0.6, level: 1)
        func growth(_ views: [LossView]) throws -> Float {
            zip(try SoftSilhouetteLoss(sigma: 1).evaluated(mesh, views: views).gradients, mesh.positions).reduce(0) {
                $0 + dot($1.0, $1.1)
            }
        }
        #expect(try growth([view(disc(13), from: [0, 0, 3])]) < -1e-3)
        #expect(try growth([view(disc(8), from: [0, 0, 3])]) > 1e-3)
        var blind = view(disc(8))
        blind.silhouette = nil
        #expect(try growth([blind]) == 0)
    }

    @Test func independentOfThreads() throws {
        let (mesh, views) = (geodesicSphere(radius: 0.6, level: 2, noise: 0.1), [view(disc(12))])
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        ThreadPool.shared.threads = 1
        let alone = try SoftSilhouetteLoss().evaluated(mesh, views: views)
        ThreadPool.shared.threads = 3
        let shared = try SoftSilhouetteLoss().evaluated(mesh, views: views)
        #expect(alone.loss == shared.loss && alone.gradients == shared.gradients)
    }

    @Test func silhouettesOfAnotherSizeAreRefused() {
        var odd = view(disc(12))
        odd.silhouette = Raster(width: 10, height: 10, repeating: 1)
        #expect(throws: FathomError.self) { try SoftSilhouetteLoss().evaluated(cubeMesh(halfSide: 0.5), views: [odd]) }
    }
}
