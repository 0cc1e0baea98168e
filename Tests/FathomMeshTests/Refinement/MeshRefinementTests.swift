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

/// A mesh refined by depth maps and masks of a known shape, and what the way there must not depend on.
struct MeshRefinementTests {
    private static let shape = torus(ring: 0.5, tube: 0.22)

    private func surface(_ offset: @escaping (SIMD3<Double>) -> Double) throws -> Mesh {
        let lattice = Lattice(bounds: unitBox, points: 61)
        return try IsoSurface.extract(
            values: samples(lattice) { Self.shape($0) - offset($0) }, lattice: lattice
        ).mesh
    }

    private func views(_ mesh: Mesh, depthNoise: Double = 0, hasMasks: Bool = true) -> [LossView] {
        var random = SeededRandom(seed: 11)
        let eyes: [SIMD3<Double>] = [
            [0.3, 0.2, 2.4], [2.2, 0.4, 0.9], [-2.2, 0.5, 0.8], [0.2, 2.3, -0.7], [-0.3, -2.2, 0.9], [0.2, -0.4, -2.3],
        ]
        return eyes.map { eye in
            let camera = Camera(width: 120, height: 100, fx: 130, fy: 130, cx: 60, cy: 50)
            let pose = Pose.looking(from: eye, at: .zero, up: [0, 0.3, 1])
            let render = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose)
            var mask = Raster<Float>(width: 120, height: 100, repeating: 0)
            var depth = render.depth
            for i in 0..<mask.pixelCount where render.triangle.samples[i] != RasterizedMesh.emptyTriangle {
                mask.samples[i] = 1
                depth.samples[i] += Float(random.normal() * depthNoise)
                if random.uniform() < 0.05 { depth.samples[i] *= Float(random.uniform(0.9..<1.1)) }
            }
            return LossView(
                stem: "\(eye)", camera: camera, cameraFromWorld: pose, silhouette: hasMasks ? mask : nil, depth: depth)
        }
    }

    private func error(_ mesh: Mesh) -> Double {
        mesh.positions.reduce(0) { $0 + abs(Self.shape(SIMD3<Double>($1))) } / Double(mesh.positions.count)
    }

    private var options: MeshRefinementOptions {
        var options = MeshRefinementOptions()
        options.cell = 0.04
        options.steps = 12
        options.photoWeight = 0
        return options
    }

    /// A bumpy torus, 0.03 off, becomes the torus of noisy depth maps with outliers: a third of the error, one piece, one handle.
    @Test func depthAndMasks() throws {
        let start = try surface { 0.03 * (sin(9 * $0.x) + sin(11 * $0.y)) + 0.02 }
        var refinement = try MeshRefinement(
            start, views: views(surface { _ in 0 }, depthNoise: 0.01), bounds: nil, options: options)
        var reports: [StepReport] = []
        for _ in 0..<refinement.stepCount { reports.append(try refinement.step()) }
        let end = try refinement.mesh()
        #expect(error(end) < error(start) / 3, "\(error(start)) to \(error(end))")
        let topology = try MeshTopology(of: end)
        #expect(topology.eulerCharacteristic == 0 && topology.componentCount == 1 && topology.isClosed && topology.isManifold)
        #expect(Set(reports[0].losses.map(\.name)) == ["silhouette", "depth", "laplacian"])
    }

    /// Taken up from a state at any step, before or after a change of level, the rest of the way is the same to the last bit.
    @Test(arguments: [5, 12, 15])
    func statesHoldEverything(step: Int) throws {
        let (start, views) = (try surface { 0.03 * sin(9 * $0.x) }, views(try surface { _ in 0 }))
        var whole = try MeshRefinement(start, views: views, bounds: nil, options: options)
        var state: MeshRefinement.State?
        for index in 0..<20 {
            if index == step { state = whole.state }
            _ = try whole.step()
        }
        var resumed = try MeshRefinement(start, views: views, bounds: nil, options: options, state: state)
        #expect(resumed.stepsTaken == step)
        for _ in step..<20 { _ = try resumed.step() }
        var taken = try MeshRefinement(start, views: views, bounds: nil, options: options)
        try taken.take(try #require(state))
        for _ in step..<20 { _ = try taken.step() }
        let meshes = [try whole.mesh(), try resumed.mesh(), try taken.mesh()]
        #expect(meshes.allSatisfy { $0.positions == meshes[0].positions && $0.triangles == meshes[0].triangles })
    }

    @Test func threadsDoNotMatter() throws {
        let (start, views) = (try surface { 0.03 * sin(9 * $0.x) }, views(try surface { _ in 0 }))
        func end(_ threads: Int) throws -> [SIMD3<Float>] {
            let before = ThreadPool.shared.threads
            defer { ThreadPool.shared.threads = before }
            ThreadPool.shared.threads = threads
            var refinement = try MeshRefinement(start, views: views, bounds: nil, options: options)
            for _ in 0..<14 { _ = try refinement.step() }
            return try refinement.mesh().positions
        }
        #expect(try end(1) == end(2))
    }

    /// Without masks, what closes the gaps of an open mesh is left out again; with them, it stays.
    @Test func gapsCloseWhereMasksVouch() throws {
        var open = try surface { _ in 0 }
        open.triangles.removeAll { t in (0..<3).allSatisfy { open.positions[Int(t[$0])].x > 0.45 } }
        for hasMasks in [false, true] {
            var refinement = try MeshRefinement(
                open, views: views(surface { _ in 0 }, hasMasks: hasMasks), bounds: nil, options: options)
            for _ in 0..<refinement.stepCount { _ = try refinement.step() }
            let mesh = try refinement.mesh()
            #expect(error(mesh) < 0.01)
            if hasMasks { #expect(try MeshTopology(of: mesh).isClosed) }
        }
    }

    @Test func wrongInput() throws {
        let mesh = try surface { _ in 0 }
        let views = views(mesh)
        func refusal(_ mesh: Mesh, _ views: [LossView], memory: Int = .max) -> FathomError? {
            do {
                _ = try MeshRefinement(mesh, views: views, bounds: nil, options: options, memory: memory)
                return nil
            } catch { return error as? FathomError }
        }
        #expect(refusal(Mesh(), views)?.code == .stageFailed)
        #expect(refusal(mesh, [])?.code == .inputInvalid)
        #expect(refusal(mesh, views, memory: 1 << 16)?.code == .stageFailed)
        var odd = views
        odd[0].depth = Raster(width: 3, height: 3, repeating: 1)
        #expect("\(refusal(mesh, odd).map { "\($0)" } ?? "")".contains("3×3"))
    }
}
