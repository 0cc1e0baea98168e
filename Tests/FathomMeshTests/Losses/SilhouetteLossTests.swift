import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

/// Outlines: their length, what moves them, and a torus found from six of them.
struct SilhouetteLossTests {
    private func view(_ eye: SIMD3<Double>, size: Int = 256, fieldOfView: Double = 0.6, up: SIMD3<Double> = [0, 0, 1]) -> LossView
    {
        let focal = Double(size) / 2 / fieldOfView
        return LossView(
            stem: "\(eye)",
            camera: Camera(width: size, height: size, fx: focal, fy: focal, cx: Double(size) / 2, cy: Double(size) / 2),
            cameraFromWorld: Pose.looking(from: eye, at: .zero, up: up))
    }

    private func sphere(_ radius: Float) throws -> FieldSurface {
        var extractor = SurfaceExtractor(
            lattice: Lattice(bounds: Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1)), points: 64))
        return try extractor.extract(AnalyticField.sphere(radius: radius))
    }

    private func coverage(_ mesh: Mesh, _ view: LossView) -> Raster<Float> {
        let render = MeshRaster.render(mesh, camera: view.camera, cameraFromWorld: view.cameraFromWorld)
        var mask = Raster<Float>(width: view.camera.width, height: view.camera.height, repeating: 0)
        for i in 0..<mask.pixelCount where render.triangle.samples[i] != RasterizedMesh.emptyTriangle { mask.samples[i] = 1 }
        return mask
    }

    /// M16: against an empty mask the loss is the covered area; far away, where projection is nearly parallel, it grows with the
    /// radius by the outline's length.
    @Test func areaGrowsByItsOutline() throws {
        let radius: Float = 0.5
        var view = view([0, -60, 0], fieldOfView: 0.012)
        view.silhouette = Raster(width: 256, height: 256, repeating: 0)
        let surface = try sphere(radius)
        var gradients = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
        let loss = try SilhouetteLoss([view]).accumulate(
            LossSurface(surface.mesh, views: [view]), weight: 1, into: &gradients)
        // Pixels per unit of length at the sphere's distance.
        let scale = view.camera.fx / 60
        let pixels = 256.0 * 256
        #expect(abs(loss * pixels / (scale * scale) / (.pi * 0.25) - 1) < 0.01)
        let change = zip(gradients, surface.mesh.normals).reduce(0.0) { $0 + Double(dot($1.0, $1.1)) }
        #expect(abs(change * pixels / (scale * scale) / (2 * .pi * 0.5) - 1) < 0.01)
    }

    /// A mask that the mesh fills moves nothing; a larger one pulls outward, a smaller one pushes inward.
    @Test func perfectMatchRests() throws {
        var view = view([1.5, -1, 0.8])
        let surface = try sphere(0.5)
        func pull(_ radius: Float) throws -> Double {
            view.silhouette = coverage(try sphere(radius).mesh, view)
            var gradients = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
            _ = try SilhouetteLoss([view]).accumulate(LossSurface(surface.mesh, views: [view]), weight: 1, into: &gradients)
            return zip(gradients, surface.mesh.normals).reduce(0) { $0 - Double(dot($1.0, $1.1)) }
        }
        let (larger, same, smaller) = (try pull(0.55), try pull(0.5), try pull(0.45))
        #expect(larger > 0 && smaller < 0)
        #expect(abs(same) < 0.1 * larger)
    }

    @Test func wrongMasks() {
        var view = view([0, -2, 0])
        #expect(throws: FathomError.self) { try SilhouetteLoss([view]) }
        view.silhouette = Raster(width: 255, height: 256, repeating: 0)
        let error = #expect(throws: FathomError.self) { try SilhouetteLoss([view]) }
        #expect("\(error!)".contains("255×256"))
    }

    /// T4: from a sphere to the outlines of a torus by silhouettes alone, its hole included.
    @Test func torusFromSilhouettes() throws {
        let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))
        let lattice = GridField.lattice(covering: bounds, spacing: 2.0 / 47)
        let ring = GridField(
            FormulaField { Float(AnalyticField.torus(SIMD3<Double>($0), 0.45, 0.18).0) }, lattice: lattice)
        let torus = try SurfaceExtractor(lattice: lattice, polishSteps: 0)
            .surface(ring, ring.latticeValues(), evaluationCount: 0).mesh
        let eyes: [SIMD3<Double>] = [[0, 0, 2.2], [0, 0.1, -2.2], [2, 0, 1], [-1, 1.7, 1], [-1, -1.7, 1], [0, -2.2, 0.3]]
        let views = eyes.map { eye in
            var view = view(eye, size: 160, up: [0, 1, 0.1])
            view.silhouette = coverage(torus, view)
            return view
        }
        let ball = GridField(FormulaField { length($0) - 0.5 }, lattice: lattice)
        var refiner = SurfaceRefiner(
            ball, LevelSetOptimizer(stride: 0.5, smoothing: 4, finalShare: 0.1),
            losses: [
                WeightedLoss(try SilhouetteLoss(views, opensHoles: true), weight: 1),
                WeightedLoss(LaplacianLoss(scale: Float(lattice.spacing.x)), weight: 3e-3),
            ], views: views, extractor: SurfaceExtractor(lattice: lattice, polishSteps: 0), plannedSteps: 150)
        var reports: [StepReport] = []
        for _ in 0..<150 { reports.append(try refiner.step()) }
        let mesh = try refiner.surface().mesh
        for view in views {
            let (a, b) = (coverage(mesh, view), try #require(view.silhouette))
            var (both, either) = (0, 0)
            for i in 0..<a.pixelCount {
                both += a.samples[i] > 0.5 && b.samples[i] > 0.5 ? 1 : 0
                either += a.samples[i] > 0.5 || b.samples[i] > 0.5 ? 1 : 0
            }
            #expect(Double(both) / Double(either) > 0.97, "\(view.stem)")
        }
    }
}
