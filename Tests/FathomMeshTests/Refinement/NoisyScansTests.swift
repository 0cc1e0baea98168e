import FathomCore
import FathomEvaluation
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

/// Meshes fused from noisy scans of known shapes come nearer to them by refinement.
struct NoisyScansTests {
    private static let eyes: [SIMD3<Double>] = {
        let g = (1 + 5.0.squareRoot()) / 2
        return [
            [-1, g, 0], [1, g, 0], [-1, -g, 0], [1, -g, 0], [0, -1, g], [0, 1, g], [0, -1, -g], [0, 1, -g], [g, 0, -1],
            [g, 0, 1], [-g, 0, -1], [-g, 0, 1],
        ].map { normalize($0) }
    }()

    /// Twelve depth maps around a mesh: noise of 0.5 % of depth, and 5 % of pixels anywhere within the mesh's depth.
    private func scans(of mesh: Mesh, center: SIMD3<Double>, size: Double) -> [LossView] {
        var random = SeededRandom(seed: 7)
        return Self.eyes.map { direction in
            let camera = Camera(width: 256, height: 256, fx: 333, fy: 333, cx: 128, cy: 128)
            let pose = Pose.looking(
                from: center + direction * size * 1.5, at: center, up: abs(direction.y) > 0.9 ? [1, 0, 0] : [0, 1, 0])
            let render = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose)
            var depth = render.depth
            for i in 0..<depth.pixelCount {
                if render.triangle.samples[i] == RasterizedMesh.emptyTriangle {
                    depth.samples[i] = .nan
                } else if random.uniform() < 0.05 {
                    depth.samples[i] = Float(size * random.uniform(1..<2))
                } else {
                    depth.samples[i] *= Float(1 + 0.005 * random.normal())
                }
            }
            return LossView(stem: "\(direction)", camera: camera, cameraFromWorld: pose, depth: depth)
        }
    }

    @Test(.needsSharedMaterial, arguments: ["spot", "fandisk"])
    func refinementRemovesNoise(name: String) throws {
        let truth = try MeshFile.read(SharedMaterial.path("data/meshes/\(name).obj"))
        let (low, high) = truth.positions.reduce((truth.positions[0], truth.positions[0])) {
            (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1))
        }
        let size = Double(length(high - low))
        let views = scans(of: truth, center: SIMD3<Double>(low + high) / 2, size: size)
        var options = DepthVolumeOptions(voxelSize: size / 128)
        options.color = false
        var volume = try DepthVolume(options: options)
        for view in views {
            let depth = DepthMap(values: try #require(view.depth), convention: .metric(unit: DepthConvention.sceneUnit))
            try volume.integrate(depth: depth, camera: view.camera, cameraFromWorld: view.cameraFromWorld)
        }
        let fused = try MeshCleaning.clean(IsoSurface.extract(volume: volume).mesh, MeshCleaning.Options())
        var refinement = try MeshRefinement(fused, views: views, bounds: nil, options: MeshRefinementOptions())
        for _ in 0..<refinement.stepCount { _ = try refinement.step() }
        let refined = try refinement.mesh()

        // Distances to triangles: between samples, distances have a floor as large as the noise that is left.
        func distance(_ samples: PointCloud, _ mesh: Mesh) -> Double {
            let tree = TriangleBVH(mesh)
            let sum = samples.positions.reduce(0.0) { $0 + Double(tree.closest(to: $1)?.distanceSquared.squareRoot() ?? 1) }
            return sum / Double(samples.positions.count)
        }
        let points = try SurfaceSamples.of(truth, count: 50_000)
        func errors(_ mesh: Mesh) throws -> (chamfer: Double, normals: Double) {
            let samples = try SurfaceSamples.of(mesh, count: 50_000)
            let metrics = try SurfaceEvaluator().evaluate(reconstruction: samples, truth: points)
            return ((distance(samples, truth) + distance(points, mesh)) / 2, 1 - (try #require(metrics.normalConsistency)))
        }
        let (before, after) = (try errors(fused), try errors(refined))
        #expect(after.chamfer < 0.7 * before.chamfer, "\(before.chamfer / size) to \(after.chamfer / size)")
        #expect(after.normals < 0.5 * before.normals, "\(before.normals) to \(after.normals)")
        let topology = try MeshTopology(of: refined)
        #expect(topology.eulerCharacteristic == 2 && topology.isClosed && topology.componentCount == 1)
    }
}
