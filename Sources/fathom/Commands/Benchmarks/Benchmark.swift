import FathomCore
import FathomFields
import FathomGeometry
import FathomMVS
import FathomMedia
import FathomMesh
import FathomSynthetic
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// A piece of work whose speed is worth knowing.
struct Benchmark: Sendable {
    let name: String
    /// What is counted.
    let unit: String
    /// How much of it one run does.
    let work: Double
    /// Floating-point operations of one run, for those that are compared with matrix products; such ones run only by name.
    var operations: Double?
    /// Arithmetic of the products it is compared with.
    var precision = Precision.float32
    /// Makes the input, which is not timed, and returns what is.
    let prepare: @Sendable () throws -> () throws -> Void

    static let all = [sha256, resize, search, isoSurface, volume, render] + graphs + networks

    private static let sha256 = Benchmark(name: "sha256", unit: "MB", work: 64) {
        let bytes = [UInt8](repeating: 7, count: 64_000_000)
        return { _ = Digest(of: bytes) }
    }

    private static let resize = Benchmark(name: "resize", unit: "Mpixel", work: 1600 * 1200 / 1e6) {
        let image = Raster<UInt8>(width: 1600, height: 1200, channels: 3, repeating: 100)
        return { _ = image.resized(width: 800, height: 600, filter: .area) }
    }

    /// One view of the disparity test scene against its four sources, without refinement.
    private static let search = Benchmark(
        name: "mvs", unit: "Mpixel", work: Double(DisparityTestScene.width * DisparityTestScene.height) / 1e6
    ) {
        let scene = DisparityTestScene(seed: 1)
        let levels = DepthSearch.levels(width: DisparityTestScene.width, height: DisparityTestScene.height)
        func view(_ image: Raster<Float>, _ pose: Pose) -> SearchView {
            SearchView(pyramid: ImagePyramid(grey: image, levels: levels), camera: scene.camera, cameraFromWorld: pose)
        }
        let reference = view(scene.reference, .identity)
        let sources = scene.sources.map { view($0.image, $0.cameraFromWorld) }
        let range = 1 / scene.inverseDepthRange.upperBound...1 / scene.inverseDepthRange.lowerBound
        return { _ = try DepthSearch().search(reference: reference, sources: sources, depthRange: range) }
    }

    private static let isoSurface = Benchmark(name: "iso-surface", unit: "Mvoxel", work: 256 * 256 * 256 / 1e6) {
        let sphere = IsoSurfaceBenchmark.sphere(points: 256)
        return { _ = try sphere.megavoxelsPerSecond() }
    }

    /// Ten views of a ball, 640 × 480, into a volume of 1 cm voxels.
    private static let volume = Benchmark(name: "tsdf", unit: "frames", work: 10) {
        let camera = Camera(width: 640, height: 480, fx: 525, fy: 525, cx: 320, cy: 240)
        let frames = (0..<10).map { index in
            let angle = Double(index) * 0.1
            let pose = Pose.looking(from: [3 * sin(angle), 0, -3 * cos(angle)], at: .zero, up: [0, -1, 0])
            return (pose, Self.ball(camera))
        }
        return {
            var volume = try DepthVolume(options: DepthVolumeOptions(voxelSize: 0.01))
            for (pose, depth) in frames { _ = try volume.integrate(depth: depth, camera: camera, cameraFromWorld: pose) }
        }
    }

    private static let render = Benchmark(name: "render", unit: "frames", work: 1) {
        let lattice = Lattice(bounds: Bounds(lower: [-1, -1, -1], upper: [1, 1, 1]), points: 128)
        var values = Buffer<Float>(uninitialized: lattice.count)
        for x in 0..<128 {
            for y in 0..<128 {
                for z in 0..<128 { values[lattice.index(x, y, z)] = Float(length(lattice.position(x, y, z)) - 0.8) }
            }
        }
        let mesh = try IsoSurface.extract(values: values, lattice: lattice).mesh
        let camera = Camera(width: 1280, height: 960, fx: 1000, fy: 1000, cx: 640, cy: 480)
        let pose = Pose.looking(from: [0, 0, -3], at: .zero, up: [0, -1, 0])
        return { _ = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose) }
    }

    /// Depth of the unit ball three units in front of a camera.
    private static func ball(_ camera: Camera) -> DepthMap {
        var depth = Raster<Float>(width: camera.width, height: camera.height, repeating: .nan)
        for y in 0..<camera.height {
            for x in 0..<camera.width {
                let ray = camera.inverseMatrix * SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1)
                let (a, b) = (dot(ray, ray), ray.z * 3)
                let discriminant = b * b - a * 8
                if discriminant > 0 { depth[x, y] = Float((b - discriminant.squareRoot()) / a) }
            }
        }
        return DepthMap(values: depth, convention: .metric(unit: "m"))
    }
}
