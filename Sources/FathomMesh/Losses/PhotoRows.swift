import CKernels
import FathomCore
import FathomGeometry

/// Where patches of a reference image stand: every `stride` pixels, the whole patch in the image.
struct PhotoGrid: Sendable {
    let radius: Int
    let stride: Int
    let columns: Int
    let rows: Int

    init(width: Int, height: Int, radius: Int, stride: Int) {
        self.radius = radius
        self.stride = stride
        columns = max(0, (width - 2 * radius + stride - 1) / stride)
        rows = max(0, (height - 2 * radius + stride - 1) / stride)
    }
}

/// How a pixel's loss changes as its triangle moves: by `barycentric`[k] · `force` per world unit of corner k.
struct PhotoPull {
    var triangle: UInt32
    var force: SIMD3<Float>
    var barycentric: SIMD3<Float>
}

/// Patches of a reference view against its sources, a row of the grid at a time.
struct PhotoRows: Sendable {
    let mesh: Mesh
    let camera: Camera
    let pose: Pose
    let image: SharedPointer<Float>
    let depth: SharedPointer<Float>
    let triangles: SharedPointer<UInt32>
    let sources: [PhotoSource]
    let grid: PhotoGrid
    let options: PhotoLoss.Options

    /// A residual after ρ, and its change per unit of depth.
    private struct Residual {
        var loss = Float.infinity
        var slope: Float = 0
    }

    /// Compares the patches of a row and writes those that count, one after the other, to `pulls`.
    func evaluate(_ row: Int, into pulls: UnsafeMutablePointer<PhotoPull>) -> PhotoLoss.Tally {
        let y = grid.radius + row * grid.stride
        let side = Float(2 * grid.radius + 1)
        let least = side * side * options.smallestContrast * options.smallestContrast
        let center = pose.center
        var window = fathom_photo_window()
        var best = [Residual](repeating: Residual(), count: options.bestSources)
        var tally = PhotoLoss.Tally()
        for column in 0..<grid.columns {
            let x = grid.radius + column * grid.stride
            let triangle = triangles[y * camera.width + x]
            guard triangle != RasterizedMesh.emptyTriangle, isSurrounded(x, y) else { continue }
            let shape = FaceShape(mesh, Int(triangle))
            guard let plane = PhotoPlane(shape, camera, axes: pose.rotation, center: center, x: x, y: y) else { continue }
            fathom_photo_read(image.base, Int32(camera.width), Int32(x), Int32(y), Int32(grid.radius), &window)
            guard window.energy >= least, window.energy > 0 else { continue }
            for i in best.indices { best[i] = Residual() }
            for source in sources {
                guard let warp = source.warp(plane, tolerance: Double(options.occlusionTolerance)) else { continue }
                guard let match = source.compare(&window, warp, radius: grid.radius, least: least) else { continue }
                tally.patches += 1
                insert(residual(match), into: &best)
            }
            let found = best.count { $0.loss < .infinity }
            guard found > 0 else { continue }
            let share = 1 / Float(found)
            let (loss, slope) = best.prefix(found).reduce((Float(0), Float(0))) { ($0.0 + $1.loss, $0.1 + $1.slope) }
            tally.loss += Double(share * loss)
            pulls[tally.pixels] = PhotoPull(
                triangle: triangle, force: SIMD3<Float>(Double(share * slope) * plane.depthPerMotion),
                barycentric: SIMD3<Float>(plane.barycentric))
            tally.pixels += 1
        }
        return tally
    }

    /// Whether the mesh is seen at the corners of the patch.
    @inline(__always)
    private func isSurrounded(_ x: Int, _ y: Int) -> Bool {
        let (width, r) = (camera.width, grid.radius)
        let (above, below) = (depth + ((y - r) * width + x), depth + ((y + r) * width + x))
        return !(above[-r] + above[r] + below[-r] + below[r]).isNaN
    }

    @inline(__always)
    private func residual(_ match: fathom_photo_match) -> Residual {
        let e = 1 - match.correlation
        guard e < options.cutoff else { return Residual(loss: options.cutoff / 2) }
        return Residual(loss: e - e * e / (2 * options.cutoff), slope: (e / options.cutoff - 1) * match.slope)
    }

    /// Keeps the smallest residuals, in order; an earlier source wins ties.
    @inline(__always)
    private func insert(_ residual: Residual, into best: inout [Residual]) {
        var residual = residual
        for i in best.indices where residual.loss < best[i].loss { swap(&residual, &best[i]) }
    }
}
