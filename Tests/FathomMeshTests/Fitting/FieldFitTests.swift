import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Fields fitted to points and to fused depth.
struct FieldFitTests {
    private func start(_ radius: Double) throws -> HashField {
        var options = HashFieldOptions()
        (options.levels, options.tableSize, options.finestCells, options.hiddenWidth) = (5, 14, 64, 32)
        options.initialRadius = radius
        return try HashField(bounds: unitBox, options: options)
    }

    private func options(steps: Int, batch: Int) -> FieldFitOptions {
        var options = FieldFitOptions()
        (options.steps, options.batch) = (steps, batch)
        return options
    }

    /// Noise of the points averages out, and the field is a distance near them.
    @Test func noisySphere() throws {
        var random = SeededRandom(seed: 4)
        let normals = (0..<20_000).map { _ in
            normalize(SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal())))
        }
        let points = normals.map { $0 * Float(0.6 + 0.005 * random.normal()) }
        // Beside the surface and away from it only the gradient's length is asked for.
        var fit = try FieldFit(
            start(0.25), to: FieldSamples(surface: points, normals: normals), options: options(steps: 250, batch: 1024))
        var report = fit.step()
        for _ in 1..<250 { report = fit.step() }
        #expect(report.slope < 0.05)
        let radii = normals.prefix(2000).map { direction -> Double in
            // The zero along the ray, by Newton steps.
            var r = Float(0.6)
            for _ in 0..<6 {
                let (value, gradient) = fit.field.sampled([direction * r])
                r -= value[0] / dot(gradient[0], direction)
            }
            return Double(r)
        }
        let mean = radii.reduce(0, +) / Double(radii.count)
        #expect(abs(mean - 0.6) < 1e-3, "\(mean)")
        #expect(radii.allSatisfy { abs($0 - 0.6) < 0.01 })
        let band = normals.prefix(2000).map { $0 * Float(0.6 + random.uniform(-0.03..<0.03)) }
        let slopes = fit.field.sampled(Array(band)).gradients.map { abs(length($0) - 1) }
        #expect(slopes.reduce(0, +) / Float(slopes.count) < 0.05)
    }

    /// Two rings grown together, fused from depth maps with a voxel of noise: two handles and no crumbs.
    @Test func fusedDepthOfGenusTwo() throws {
        func ring(_ p: SIMD3<Double>, _ x: Double) -> Double {
            let out = ((p.x - x) * (p.x - x) + p.y * p.y).squareRoot() - 0.34
            return (out * out + p.z * p.z).squareRoot() - 0.14
        }
        func shape(_ p: SIMD3<Double>) -> Double { min(ring(p, -0.36), ring(p, 0.36)) }
        let lattice = Lattice(bounds: unitBox, points: 81)
        let truth = try IsoSurface.extract(values: samples(lattice, shape), lattice: lattice).mesh
        let voxel = 2.0 / 64
        var options = DepthVolumeOptions(voxelSize: voxel)
        options.color = false
        var volume = try DepthVolume(options: options)
        var random = SeededRandom(seed: 9)
        for index in 0..<14 {
            let height = 1 - (2 * Double(index) + 1) / 14
            let (angle, flat) = (2.4 * Double(index), (1 - height * height).squareRoot())
            let camera = Camera(width: 160, height: 160, fx: 220, fy: 220, cx: 80, cy: 80)
            let pose = Pose.looking(
                from: 2.6 * SIMD3(flat * cos(angle), flat * sin(angle), height), at: .zero, up: [0.1, 0.2, 1])
            var depth = MeshRaster.render(truth, camera: camera, cameraFromWorld: pose).depth
            for i in 0..<depth.pixelCount {
                depth.samples[i] = depth.samples[i] > 0 ? depth.samples[i] + Float(voxel * random.normal()) : .nan
            }
            try volume.integrate(
                depth: DepthMap(values: depth, convention: .metric(unit: DepthConvention.sceneUnit)), camera: camera,
                cameraFromWorld: pose)
        }
        let fused = try MeshCleaning.clean(IsoSurface.extract(volume: volume).mesh, MeshCleaning.Options())
        let known = try FieldSamples(fused, count: 8000, width: 2 * voxel, bounds: unitBox)
        var fitting = self.options(steps: 700, batch: 1024)
        fitting.freeWeight = 1
        var fit = try FieldFit(start(0.4), to: known, options: fitting)
        for _ in 0..<700 { _ = fit.step() }
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: unitBox, points: 64))
        let mesh = try extractor.extract(fit.field).mesh
        let cleaned = try MeshCleaning.clean(mesh, MeshCleaning.Options())
        #expect(try MeshTopology(of: cleaned).eulerCharacteristic == -2)
        #expect(cleaned.area > 0.999 * mesh.area)
        let error = cleaned.positions.reduce(0) { $0 + abs(shape(SIMD3<Double>($1))) } / Double(cleaned.positions.count)
        #expect(error < voxel / 2, "\(error)")
    }

    @Test func sameSeedSameField() throws {
        let points = geodesicSphere(radius: 0.5, level: 3).positions
        func parameters(_ threads: Int) throws -> [Float] {
            let before = ThreadPool.shared.threads
            defer { ThreadPool.shared.threads = before }
            ThreadPool.shared.threads = threads
            var fit = try FieldFit(start(0.25), to: FieldSamples(surface: points), options: options(steps: 8, batch: 300))
            for _ in 0..<8 { _ = fit.step() }
            return fit.field.parameters.array
        }
        #expect(try parameters(1) == parameters(2))
    }

    @Test func refusals() throws {
        let points = geodesicSphere(radius: 0.5, level: 2).positions
        func refusal(_ samples: FieldSamples) throws -> FathomError? {
            let field = try start(0.25)
            do {
                _ = try FieldFit(field, to: samples)
                return nil
            } catch { return error }
        }
        #expect(try refusal(FieldSamples(surface: points)) == nil)
        #expect(try refusal(FieldSamples(surface: Array(points.prefix(9))))?.message.contains("9 points") == true)
        #expect(try refusal(FieldSamples(surface: points + [SIMD3(.nan, 0, 0)]))?.message.contains("not finite") == true)
        #expect(try refusal(FieldSamples(surface: points, normals: [points[0]]))?.message.contains("1 normals") == true)
        #expect(try refusal(FieldSamples(surface: points, band: points, distances: [0]))?.message.contains("1 distances") == true)
    }
}
