import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A decoder trained on a duck with a handle and on a cow without: from one to the other by one silhouette, and by points.
struct BobAndSpotTests {
    private static let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))

    private func field(_ code: Int) throws -> MLPField {
        let codes = try Checkpoint(path: SharedMaterial.path("data/bob-and-spot/latent_codes.pth"))
        let numbers = try codes.floats(try #require(codes.shapes.keys.first))
        return try MLPField(
            checkpoint: Checkpoint(path: SharedMaterial.path("data/bob-and-spot/decoder.pth")),
            latent: Buffer([numbers[2 * code], numbers[2 * code + 1]]), fitted: .latent, bounds: Self.bounds)
    }

    private func extractor(_ points: Int = 64) -> SurfaceExtractor {
        SurfaceExtractor(lattice: Lattice(bounds: Self.bounds, points: points), refinement: .distance(lipschitz: 1.5))
    }

    /// Azimuth 45°, elevation 30°, distance 2.5, 60° from top to bottom.
    private var view: LossView {
        let (azimuth, elevation) = (Double.pi / 4, Double.pi / 6)
        let eye = 2.5 * SIMD3(cos(elevation) * sin(azimuth), sin(elevation), cos(elevation) * cos(azimuth))
        let size = 160
        let focal = Double(size) / 2 / tan(Double.pi / 6)
        return LossView(
            stem: "view",
            camera: Camera(
                width: size, height: size, fx: focal, fy: focal, cx: Double(size) / 2, cy: Double(size) / 2),
            cameraFromWorld: Pose.looking(from: eye, at: .zero, up: [0, 1, 0]))
    }

    private func coverage(_ mesh: Mesh, _ view: LossView) -> Raster<Float> {
        let render = MeshRaster.render(mesh, camera: view.camera, cameraFromWorld: view.cameraFromWorld)
        var mask = Raster<Float>(width: view.camera.width, height: view.camera.height, repeating: 0)
        for i in 0..<mask.pixelCount where render.triangle.samples[i] != RasterizedMesh.emptyTriangle { mask.samples[i] = 1 }
        return mask
    }

    /// One silhouette decides which of both it is; the handle comes and goes (code 0 is the duck, 1 the cow).
    @Test(.needsSharedMaterial, arguments: [(1, 0), (0, 1)])
    func oneSilhouette(from start: Int, to end: Int) throws {
        var extractor = extractor()
        var view = view
        view.silhouette = coverage(try extractor.extract(field(end)).mesh, view)
        var options = CodeFittingOptions()
        (options.steps, options.resolution) = (70, 32)
        var fit = try CodeFitting(field(start), to: .silhouettes([view]), options: options)
        let first = try fit.step()
        #expect(first.eulerCharacteristic == (start == 0 ? 0 : 2))
        for _ in 1..<options.steps { _ = try fit.step() }
        let result = try extractor.extract(field(start).with(latent: Buffer(fit.code))).mesh
        #expect(try MeshTopology(of: result).eulerCharacteristic == (end == 0 ? 0 : 2))
        let match = MeshOverlap.mean(of: result, [view])
        #expect(match >= 0.97, "\(match)")
    }

    @Test(.needsSharedMaterial, arguments: [(1, 0), (0, 1)])
    func points(from start: Int, to end: Int) throws {
        var extractor = extractor(96)
        let target = try extractor.extract(field(end)).mesh
        var options = CodeFittingOptions()
        (options.steps, options.resolution) = (80, 32)
        var fit = try CodeFitting(field(start), to: .points(target.positions), options: options)
        let reports = try (0..<options.steps).map { _ in try fit.step() }
        var fresh = self.extractor()
        let result = try fresh.extract(field(start).with(latent: Buffer(fit.code))).mesh
        #expect(try MeshTopology(of: result).eulerCharacteristic == (end == 0 ? 0 : 2))
        let least = reports.map(\.total).min() ?? 1
        #expect(least <= 0.1 * reports[0].total, "\(reports[0].total) to \(least)")
    }
}
