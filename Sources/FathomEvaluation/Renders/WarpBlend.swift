import FathomCore
import FathomGeometry
import FathomMedia

/// The photo of one view as it grows from other photos, which are added one at a time and may be released afterwards.
struct WarpBlend {
    private struct Sample: BitwiseCopyable {
        /// 0 when empty.
        var weight: Float
        var color: SIMD3<UInt8>
    }

    private static let samplesPerPixel = 3
    /// Largest relative difference between a point's depth and that of the mesh in a photo that sees it.
    private static let depthTolerance: Float = 0.01

    /// The view's pixels as rays.
    private struct Frame: Sendable {
        let width: Int
        let height: Int
        let center: SIMD3<Double>
        let worldFromPixel: Matrix3

        /// What a pixel, counted row by row, sees at `depth`.
        @inline(__always)
        func point(_ pixel: Int, _ depth: Float) -> SIMD3<Double> {
            let ray = SIMD3(Double(pixel % width) + 0.5, Double(pixel / width) + 0.5, 1)
            return center + worldFromPixel * ray * Double(depth)
        }
    }

    private let frame: Frame
    /// Of the mesh in the view; NaN where there is none.
    private let depth: Raster<Float>
    /// The best samples of each pixel, best first.
    private var samples: Buffer<Sample>

    init(of mesh: Mesh, seenBy view: View) {
        let (camera, pose) = (view.pinhole, view.cameraFromWorld)
        frame = Frame(
            width: camera.width, height: camera.height, center: pose.center,
            worldFromPixel: pose.rotation.transposed * camera.inverseMatrix)
        depth = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose).depth
        samples = Buffer(repeating: Sample(weight: 0, color: .zero), count: depth.pixelCount * Self.samplesPerPixel)
    }

    /// Points of the mesh that the view sees, evenly over its frame: up to about `count` of them.
    func probes(_ count: Int) -> [SIMD3<Double>] {
        let step = max(1, Int((Double(depth.pixelCount) / Double(count)).squareRoot()))
        return stride(from: step / 2, to: frame.height, by: step).flatMap { y in
            stride(from: step / 2, to: frame.width, by: step).compactMap { x in
                depth[x, y].isNaN ? nil : frame.point(y * frame.width + x, depth[x, y])
            }
        }
    }

    /// Looks at what one more view shows of the mesh.
    ///
    /// - Throws: what reading its photo and mask throws; `inputInvalid` for a camera that is too large.
    mutating func add(_ source: View, _ mesh: Mesh) throws {
        let (camera, eye) = (source.pinhole, WarpSource(source))
        try MeshShading.check(camera, name: source.stem)
        let (photo, mask) = (try source.loadColor(), try source.loadMask())
        let seen = MeshRaster.render(mesh, camera: camera, cameraFromWorld: source.cameraFromWorld).depth
        let frame = frame
        withMutablePointers(&samples) { samples in
            withPointers(depth, photo, seen, mask) { depth, photo, seen, mask in
                ThreadPool.shared.parallelFor(frame.height, grain: 8) { rows in
                    for pixel in rows.lowerBound * frame.width..<rows.upperBound * frame.width where !depth[pixel].isNaN {
                        let point = frame.point(pixel, depth[pixel])
                        guard let place = eye.place(of: point) else { continue }
                        if let mask, mask[place.nearest] == 0 { continue }
                        // Inverse depth is linear on planes; NaN, for no surface, fails the test.
                        let surface = 1 / place.blend { 1 / seen[$0] }
                        guard abs(place.depth - surface) <= Self.depthTolerance * surface else { continue }
                        var color = SIMD3<UInt8>.zero
                        for channel in 0..<3 {
                            color[channel] = UInt8(place.blend { Float(photo[3 * $0 + channel]) } + 0.5)
                        }
                        let sample = Sample(weight: eye.weight(of: point, seenFrom: frame.center), color: color)
                        Self.insert(sample, samples + pixel * Self.samplesPerPixel)
                    }
                }
            }
        }
    }

    /// The blend of each pixel's samples; nothing where no photo sees what the pixel shows.
    func finish() -> PredictedPhoto {
        var image = Raster<UInt8>(width: frame.width, height: frame.height, channels: 3, repeating: 0)
        var covered = Raster<UInt8>(width: frame.width, height: frame.height, repeating: 0)
        samples.withPointer { samples in
            image.withMutablePointer { image in
                covered.withMutablePointer { covered in
                    for pixel in 0..<depth.pixelCount {
                        let own = samples + pixel * Self.samplesPerPixel
                        guard own[0].weight > 0 else { continue }
                        var (sum, weight) = (SIMD3<Float>.zero, Float(0))
                        for i in 0..<Self.samplesPerPixel {
                            sum += SIMD3<Float>(own[i].color) * own[i].weight
                            weight += own[i].weight
                        }
                        for channel in 0..<3 { image[3 * pixel + channel] = UInt8(sum[channel] / weight + 0.5) }
                        covered[pixel] = 255
                    }
                }
            }
        }
        return PredictedPhoto(image: image, covered: covered)
    }

    /// Keeps the samples of a pixel sorted by weight; an earlier photo wins ties.
    @inline(__always)
    private static func insert(_ sample: Sample, _ own: UnsafeMutablePointer<Sample>) {
        var sample = sample
        for i in 0..<samplesPerPixel where sample.weight > own[i].weight { swap(&sample, &own[i]) }
    }
}
