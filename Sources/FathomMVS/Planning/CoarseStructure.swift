import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Rough structure of a scene that came without sparse points: points on which the thumbnails of several views agree.
///
/// Each view is swept at thumbnail size over the whole range its cameras allow; a pixel becomes a point when its match is
/// distinct and at least two other views see the same depth there. The points then stand in for a sparse model wherever
/// view pairs and depth ranges are chosen (MVS spec §3.2). Time O(views · thumbnail pixels · planes).
public struct CoarseStructure: Sendable {
    /// Depth of one thumbnail; NaN where the match is not distinct.
    struct Thumbnail: Sendable {
        var camera: Camera
        var pose: Pose
        var depth: Raster<Float>
    }

    /// Relative depth difference up to which two thumbnails agree.
    private static let tolerance: Float = 0.04
    /// Points kept per view.
    private static let pointsPerView = 1500

    /// The pyramid level at which an image has at most about 8000 pixels.
    static func level(width: Int, height: Int) -> Int {
        var level = 0
        while (width * height) >> (2 * level) > 8000 { level += 1 }
        return level
    }

    /// Sweeps one view; nil when no source sees the range.
    ///
    /// - Parameter depthRange: the widest range the cameras allow.
    static func thumbnail(reference: SearchView, sources: [SearchView], depthRange: ClosedRange<Double>) -> Thumbnail? {
        let level = level(width: reference.camera.width, height: reference.camera.height)
        let problem = PatchProblem(
            reference: reference, sources: sources, level: level, tapSpacing: 1, bestSources: max(2, (sources.count + 1) / 2),
            noiseVariance: 4)
        let range = 1 / depthRange.upperBound...1 / depthRange.lowerBound
        guard let ideal = problem.step(pixels: 0.75, range: range) else { return nil }
        let extent = range.upperBound - range.lowerBound
        let planes = min(max(Int((extent / ideal).rounded(.up)) + 1, 8), 1000)
        let spacing = extent / Double(planes - 1)
        let sweep = DenseSweep(
            problem: problem, rhoMin: Float(range.lowerBound), step: Float(spacing), planes: planes, smallPenalty: 0.06,
            largePenalty: 0.6)
        var depth = Raster<Float>(width: problem.width, height: problem.height, repeating: .nan)
        for i in 0..<depth.pixelCount where sweep.excess[i] > 0.1 && sweep.cost[i] < 0.6 && sweep.rho[i] > 0 {
            depth.samples[i] = 1 / sweep.rho[i]
        }
        let scale = 1 / Double(1 << level)
        let camera = reference.camera
        return Thumbnail(
            camera: Camera(
                width: problem.width, height: problem.height, fx: camera.fx * scale, fy: camera.fy * scale, cx: camera.cx * scale,
                cy: camera.cy * scale), pose: reference.cameraFromWorld, depth: depth)
    }

    /// The points on which thumbnails agree; nil entries are views without a thumbnail.
    static func points(_ thumbnails: [Thumbnail?]) -> [SparsePoint] {
        let perView = thumbnails.indices.parallelMap { i in
            thumbnails[i].map { points(of: $0, index: i, among: thumbnails) } ?? []
        }
        return perView.flatMap { $0 }
    }

    private static func points(of own: Thumbnail, index: Int, among thumbnails: [Thumbnail?]) -> [SparsePoint] {
        let (width, height) = (own.depth.width, own.depth.height)
        let worldFromCamera = own.pose.inverse
        let known = own.depth.samples.array.reduce(into: 0) { $0 += $1.isNaN ? 0 : 1 }
        let stride = max(1, known / pointsPerView)
        var points: [SparsePoint] = []
        var seen = 0
        for y in 0..<height {
            for x in 0..<width {
                let depth = own.depth[x, y]
                guard !depth.isNaN else { continue }
                seen += 1
                guard seen % stride == 0 else { continue }
                let z = Double(depth)
                let u = (Double(x) + 0.5 - own.camera.cx) / own.camera.fx, v = (Double(y) + 0.5 - own.camera.cy) / own.camera.fy
                let point = worldFromCamera * SIMD3(u * z, v * z, z)
                var views = [index]
                for (j, other) in thumbnails.enumerated() where j != index {
                    guard let other else { continue }
                    let q = other.pose * point
                    guard q.z > 0 else { continue }
                    let qx = Int(other.camera.fx * q.x / q.z + other.camera.cx),
                        qy = Int(other.camera.fy * q.y / q.z + other.camera.cy)
                    guard qx >= 0, qy >= 0, qx < other.depth.width, qy < other.depth.height else { continue }
                    if abs(other.depth[qx, qy] - Float(q.z)) < tolerance * Float(q.z) { views.append(j) }
                }
                if views.count >= 3 { points.append(SparsePoint(position: point, color: SIMD3(repeating: 128), views: views)) }
            }
        }
        return points
    }
}
