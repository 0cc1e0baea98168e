import FathomCore
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct PhotoLossTests {
    /// Brightness of the points of a solid body.
    private func paint(_ p: SIMD3<Double>) -> Double {
        0.5 + 0.12 * (sin(9 * p.x + 4 * p.y) + sin(11 * p.y - 5 * p.z + 1) + sin(10 * p.z + 6 * p.x + 2))
    }

    /// Photos of a painted surface.
    ///
    /// - Parameters:
    ///   - hit: distance along a ray, given by origin and direction; nil beside the surface, which is black there.
    ///   - gain: of every second photo.
    ///   - zoom: of all.
    private func photos(
        from eyes: [SIMD3<Double>], gain: Double = 1, zoom: Double = 1, _ hit: (SIMD3<Double>, SIMD3<Double>) -> Double?
    ) -> [LossView] {
        let camera = Camera(width: 80, height: 72, fx: 110 * zoom, fy: 108 * zoom, cx: 40.5, cy: 35)
        return eyes.enumerated().map { index, eye in
            let pose = Pose.looking(from: eye, at: .zero, up: [0, 1, 0])
            var image = Raster<Float>(width: camera.width, height: camera.height, repeating: 0)
            for y in 0..<camera.height {
                for x in 0..<camera.width {
                    let ray = pose.rotation.transposed * camera.ray(through: [Double(x) + 0.5, Double(y) + 0.5])!
                    guard let distance = hit(eye, ray) else { continue }
                    image[x, y] = Float((index % 2 == 0 ? 1 : gain) * paint(eye + distance * ray))
                }
            }
            return LossView(stem: "\(index)", camera: camera, cameraFromWorld: pose, image: image)
        }
    }

    private func plane(_ eye: SIMD3<Double>, _ ray: SIMD3<Double>) -> Double? { -eye.z / ray.z }

    private func ball(radius: Double) -> (SIMD3<Double>, SIMD3<Double>) -> Double? {
        { eye, ray in
            let (a, b, c) = (dot(ray, ray), dot(eye, ray), dot(eye, eye) - radius * radius)
            let root = b * b - a * c
            return root < 0 ? nil : (-b - root.squareRoot()) / a
        }
    }

    private let eyes: [SIMD3<Double>] = [[0, 0, 3], [0.5, 0.1, 3], [-0.4, 0.3, 2.9], [0.1, -0.5, 3.1]]

    private func loss(
        _ views: [LossView], tolerance: Float = 1, change: (inout PhotoLoss.Options) -> Void = { _ in }
    ) -> PhotoLoss {
        var options = PhotoLoss.Options(occlusionTolerance: tolerance)
        change(&options)
        return PhotoLoss(PhotoPair.choose(views, target: .zero), options: options)
    }

    /// Against the formulas, with triangles, normals and visibility frozen; with both sizes of patches, and sources left out.
    @Test func gradientMatchesDifferences() throws {
        let views = photos(from: eyes, gain: 0.7, ball(radius: 0.9))
        let mesh = geodesicSphere(radius: 0.88, level: 1, noise: 0.03)
        for radius in [3, 2] {
            let loss = loss(views, tolerance: 0.05) {
                $0.radius = radius
                $0.stride = radius + 1
            }
            let naive = NaivePhoto(loss, views, mesh)
            let expected = naive.compare(mesh.positions.map { SIMD3<Double>($0) })
            var sums = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
            let tally = try loss.compare(LossSurface(mesh, views: views), into: &sums)
            #expect(tally.pixels == expected.pixels && tally.patches == expected.patches && tally.pixels > 500)
            #expect(abs(tally.loss / expected.loss - 1) < 1e-5)
            let deviation = try loss.worstDeviation(on: mesh, views: views, directions: .random(24, seed: 1), step: 1e-5) {
                naive.compare($0).loss / Double(expected.pixels)
            }
            #expect(deviation.isAllowed, "\(deviation)")
        }
    }

    /// A plane that comes and goes keeps its normal: the loss itself has the derivative, and is smallest where the plane is.
    @Test func planesAreFoundAtTheirDepth() throws {
        let views = photos(from: eyes, plane)
        let loss = loss(views)
        func evaluate(_ z: Double) throws -> (loss: Double, slope: Double) {
            let result = try loss.evaluated(sheet(halfSide: 2.5, squares: 8) { _, _ in z }, views: views)
            return (result.loss, result.gradients.reduce(0) { $0 + Double($1.z) })
        }
        let atRest = try evaluate(0)
        #expect(atRest.loss < 2e-3)
        for z in [-0.0625, -0.03125, 0.03125, 0.0625] {
            let there = try evaluate(z)
            #expect(there.loss > 5 * atRest.loss && there.slope * z > 0)
            let step = 0x1p-9
            let slope = (try evaluate(z + step).loss - evaluate(z - step).loss) / (2 * step)
            #expect(abs(there.slope / slope - 1) < 0.01)
        }
    }

    /// From near, as planes lie outside of a sphere and are found too deep where it bends within a patch.
    @Test func spheresAreFoundAtTheirRadius() throws {
        let views = photos(from: eyes, zoom: 3, ball(radius: 0.9))
        let loss = loss(views, tolerance: 0.05)
        func evaluate(_ radius: Double) throws -> (loss: Double, slope: Double) {
            let mesh = geodesicSphere(radius: radius, level: 4)
            let result = try loss.evaluated(mesh, views: views)
            return (result.loss, zip(result.gradients, mesh.positions).reduce(0) { $0 + Double(dot($1.0, $1.1)) })
        }
        let atRest = try evaluate(0.9)
        for radius in [0.84, 0.87, 0.93, 0.96] {
            let there = try evaluate(radius)
            #expect(there.loss > 50 * atRest.loss && there.slope * (radius - 0.9) > 0)
        }
    }

    /// What a small plate hides from a source is not looked for there.
    @Test func hiddenPatchesDoNotCount() throws {
        let views = Array(photos(from: eyes, plane).prefix(2))
        var mesh = sheet(halfSide: 2.5, squares: 8)
        let plate = sheet(halfSide: 0.1, squares: 1) { _, _ in 1.5 }
        mesh.triangles += plate.triangles.map { $0 &+ UInt32(mesh.positions.count) }
        mesh.positions += plate.positions.map { $0 + [0.3, 0.05, 0] }
        var sums = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        func patches(_ tolerance: Float) throws -> Int {
            try loss(views, tolerance: tolerance).compare(LossSurface(mesh, views: views), into: &sums).patches
        }
        let (strict, lenient) = try (patches(0.05), patches(10))
        // Its shadow on the plane is 15 pixels wide: 49 patches of either view, and some beside.
        #expect((90...130).contains(lenient - strict))
    }

    @Test func patchesWithoutTextureDoNotCount() throws {
        var views = photos(from: eyes, plane)
        let surface = sheet(halfSide: 2.5, squares: 2)
        for i in views.indices { views[i].image = Raster(width: 80, height: 72, repeating: 0.4) }
        let result = try loss(views).evaluated(surface, views: views)
        #expect(result.loss == 0 && result.gradients.allSatisfy { $0 == .zero })
    }

    @Test func independentOfThreads() throws {
        let views = photos(from: eyes, ball(radius: 0.9))
        let mesh = geodesicSphere(radius: 0.88, level: 3, noise: 0.02)
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        ThreadPool.shared.threads = 1
        let alone = try loss(views, tolerance: 0.05).evaluated(mesh, views: views)
        ThreadPool.shared.threads = 3
        let shared = try loss(views, tolerance: 0.05).evaluated(mesh, views: views)
        #expect(alone.loss == shared.loss && alone.gradients == shared.gradients)
    }

    /// Angles of 2°, 8°, 11°, 30°, 70° and 180° from the reference: 11° and 8° are nearest to 10°, 70° and more are too far.
    @Test func pairsAreChosenByAngle() {
        var views = photos(
            from: [0, 2, 8, 11, 30, 70, 180].map { [3 * sin($0 * .pi / 180), 0, 3 * cos($0 * .pi / 180)] }, plane)
        #expect(PhotoPair.choose(views, target: .zero)[0] == PhotoPair(reference: 0, sources: [3, 2, 4, 1]))
        #expect(PhotoPair.choose(views, target: .zero, count: 2)[0].sources == [3, 2])
        views[3].image = nil
        let pairs = PhotoPair.choose(views, target: .zero)
        #expect(pairs.map(\.reference) == [0, 1, 2, 4, 5] && pairs[0].sources == [2, 4, 1])
    }

    @Test func viewsWithoutPhotosAreRefused() throws {
        var views = photos(from: eyes, plane)
        let loss = loss(views)
        let surface = sheet(halfSide: 2.5, squares: 2)
        #expect(throws: FathomError.self) { try loss.evaluated(surface) }
        views[2].image = nil
        #expect(throws: FathomError.self) { try loss.evaluated(surface, views: views) }
    }
}
