import CKernels
import FathomCore
import FathomGeometry

/// Makes the points of one row of the reference view at a time, with the scratch memory that takes.
final class FusionRow {
    /// A pixel that may become a point, and its votes.
    private struct Candidate {
        /// Direction in the reference camera's frame with z = 1.
        var ray: SIMD3<Float>
        /// Distance from the camera over the focal length, squared: the pixel's size on the surface.
        var footprint2: Float
        /// Views that agree, the reference included.
        var views: Int32
        /// Views that see something behind the pixel's point.
        var seenThrough: Int32
        var isDuplicate: Bool
    }

    private let reference: PosedDepth
    private let targets: [FusionTarget]
    private let options: FusionOptions
    private let maximumShift: Float
    private let maximumDifference: Float
    private let width: Int
    private let worldFromCamera: Matrix3
    private let center: SIMD3<Double>
    private let scratch: ReprojectionScratch
    private var candidates: Buffer<Candidate>
    /// For each target and candidate, the pixel that agrees, or -1, and its depth in the reference.
    private var pixels: Buffer<Int32>
    private var depths: Buffer<Float>
    /// 1 for candidates whose pixels are now part of a point.
    private var marked: Buffer<UInt8>

    /// Neighbours that span a normal: 7×7 pixels with depths within 3 %.
    private static let normalRadius: Int32 = 3
    private static let normalTolerance: Float = 0.03
    /// A point nearer than this share of a view's depth floats in front of its surface.
    private static let frontRatio: Float = 0.99
    /// A pixel whose footprint is below this share of another's shows detail that the other does not.
    private static let finerFootprint: Float = 0.7

    init(reference: PosedDepth, targets: [FusionTarget], options: FusionOptions) {
        self.reference = reference
        self.targets = targets
        self.options = options
        width = reference.depth.width
        maximumShift = Float(options.maximumShift) * max(1, Float(width) / 1600)
        maximumDifference = Float(options.maximumDepthDifference)
        worldFromCamera = reference.cameraFromWorld.rotation.transposed
        center = reference.cameraFromWorld.center
        scratch = ReprojectionScratch(width: width)
        candidates = Buffer(uninitialized: width)
        pixels = Buffer(uninitialized: targets.count * width)
        depths = Buffer(uninitialized: targets.count * width)
        marked = Buffer(uninitialized: width)
    }

    /// Appends the points of row `y`.
    func run(_ y: Int, cloud: inout PointCloud, counts: inout FusionCounts) {
        candidates.withMutablePointer { candidates in
            pixels.withMutablePointer { pixels in
                depths.withMutablePointer { depths in
                    marked.withMutablePointer { marked in
                        gather(y, candidates, pixels, depths, &counts)
                        for index in targets.indices.dropFirst() {
                            collectVotes(y, of: targets[index], candidates, pixels + index * width, depths + index * width)
                        }
                        for i in 0..<scratch.count {
                            marked[i] = settle(y, i, candidates[i], pixels, depths, &cloud, &counts) ? 1 : 0
                        }
                        for (index, target) in targets.enumerated() {
                            fathom_mark_pixels(pixels + index * width, marked, Int32(scratch.count), target.made.base)
                        }
                    }
                }
            }
        }
    }

    /// Packs the pixels that are not part of a point.
    private func gather(
        _ y: Int, _ candidates: UnsafeMutablePointer<Candidate>, _ pixels: UnsafeMutablePointer<Int32>,
        _ depths: UnsafeMutablePointer<Float>, _ counts: inout FusionCounts
    ) {
        let camera = reference.camera
        let own = targets[0]
        scratch.begin()
        for x in 0..<width {
            let pixel = y * width + x
            let depth = own.pair.depth[pixel]
            guard depth > 0 && depth < .infinity else { continue }
            if own.isUsed(pixel) {
                counts.used += 1
                continue
            }
            let ray = SIMD3<Float>(
                Float((Double(x) + 0.5 - camera.cx) / camera.fx), Float((Double(y) + 0.5 - camera.cy) / camera.fy), 1)
            candidates[scratch.count] = Candidate(
                ray: ray, footprint2: depth * depth * dot(ray, ray) / (own.focal * own.focal), views: 1, seenThrough: 0,
                isDuplicate: false)
            pixels[scratch.count] = Int32(pixel)
            depths[scratch.count] = depth
            scratch.append(column: x, depth: depth)
        }
    }

    /// Asks one neighbour about every candidate.
    private func collectVotes(
        _ y: Int, of target: FusionTarget, _ candidates: UnsafeMutablePointer<Candidate>, _ pixels: UnsafeMutablePointer<Int32>,
        _ depths: UnsafeMutablePointer<Float>
    ) {
        let count = scratch.count
        scratch.reproject(target.pair, row: y) { packed, found in
            for i in 0..<count {
                pixels[i] = -1
                let depth = packed.depth[i]
                if found.shift[i] < maximumShift && abs(found.depth[i] - depth) < maximumDifference * depth {
                    pixels[i] = found.pixel[i]
                    depths[i] = found.depth[i]
                    candidates[i].views += 1
                    guard target.isUsed(Int(pixels[i])) else { continue }
                    let offset = candidates[i].ray * depth - target.center
                    let footprint2 = dot(offset, offset) / (target.focal * target.focal)
                    if candidates[i].footprint2 >= Self.finerFootprint * Self.finerFootprint * footprint2 {
                        candidates[i].isDuplicate = true
                    }
                } else if found.ratio[i] < Self.frontRatio {
                    candidates[i].seenThrough += 1
                }
            }
        }
    }

    /// Decides on a candidate, appends its point if it makes one, and tells whether its pixels are now part of a point.
    private func settle(
        _ y: Int, _ i: Int, _ candidate: Candidate, _ pixels: UnsafeMutablePointer<Int32>, _ depths: UnsafePointer<Float>,
        _ cloud: inout PointCloud, _ counts: inout FusionCounts
    ) -> Bool {
        if candidate.isDuplicate {
            // Its own pixel stands for the earlier point, so that views farther on find it here.
            for index in targets.indices.dropFirst() { pixels[index * width + i] = -1 }
            counts.duplicate += 1
            return true
        }
        if candidate.views < options.minimumViews {
            counts.tooFewViews += 1
            return false
        }
        if candidate.seenThrough >= Int(candidate.views) + options.carvingMargin {
            counts.carved += 1
            return false
        }
        guard let normal = normal(x: Int(pixels[i]) - y * width, y: y) else {
            counts.noNormal += 1
            return false
        }
        var (weights, depth, confidence): (Float, Float, Float) = (0, 0, 0)
        var color = SIMD3<Float>.zero
        for (index, target) in targets.enumerated() where pixels[index * width + i] >= 0 {
            let pixel = Int(pixels[index * width + i])
            let offset = candidate.ray * depths[i] - target.center
            let distance2 = dot(offset, offset)
            // Grazing views keep a tenth of their weight.
            let cosine = max(-dot(offset, normal) / distance2.squareRoot(), 0.1)
            let own = target.confidence(at: pixel)
            let weight = own * cosine / distance2
            weights += weight
            depth += weight * depths[index * width + i]
            confidence += own
            color += target.color(at: pixel) * weight
        }
        let point = SIMD3<Double>(candidate.ray) * Double(depth / weights)
        cloud.positions.append(SIMD3<Float>(worldFromCamera * point + center))
        cloud.normals.append(SIMD3<Float>(worldFromCamera * SIMD3<Double>(normal)))
        if targets[0].color != nil { cloud.colors.append(SIMD3<UInt8>(color / weights, rounding: .toNearestOrEven)) }
        cloud.confidences.append(min(confidence / Float(candidate.views), 1))
        cloud.viewCounts.append(UInt8(min(candidate.views, 255)))
        counts.points += 1
        return true
    }

    /// Unit normal of the surface at a pixel, in camera axes, towards the camera.
    ///
    /// A plane N·X = 1 has inverse depth N·K⁻¹(u, v, 1), so N = Kᵀ times the coefficients of the inverse depth.
    private func normal(x: Int, y: Int) -> SIMD3<Float>? {
        let camera = reference.camera
        var plane = SIMD3<Float>.zero
        let found = withUnsafeMutableBytes(of: &plane) {
            fathom_inverse_depth_plane(
                targets[0].pair.depth, Int32(width), Int32(reference.depth.height), Int32(x), Int32(y), Self.normalRadius,
                Self.normalTolerance, $0.assumingMemoryBound(to: Float.self).baseAddress)
        }
        guard found != 0 else { return nil }
        let (a, b, c) = (Double(plane.x), Double(plane.y), Double(plane.z))
        let away = SIMD3(
            a * camera.fx, b * camera.fy, c + a * (camera.cx - Double(x) - 0.5) + b * (camera.cy - Double(y) - 0.5))
        return SIMD3<Float>(-normalize(away))
    }
}
