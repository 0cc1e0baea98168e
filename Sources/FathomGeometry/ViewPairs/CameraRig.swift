#if canImport(Glibc)
import Glibc
#endif

/// What the cameras alone say about a scene: where they look, how far they stand apart, which depths they can measure.
struct CameraRig: Sendable {
    let views: [View]
    let centers: [SIMD3<Double>]
    let axes: [SIMD3<Double>]
    /// Largest distance of a camera from the first one.
    let extent: Double
    /// Where the optical axes meet, if they do.
    let focus: SIMD3<Double>?

    init(_ views: [View]) {
        self.views = views
        centers = views.map(\.cameraFromWorld.center)
        axes = views.map(\.cameraFromWorld.forward)
        let first = centers[0]
        extent = centers.map { length($0 - first) }.max() ?? 0
        focus = Self.focus(views: views, centers: centers, axes: axes)
    }

    /// Whether two cameras stand apart at all, beyond rounding.
    func areApart(_ a: Int, _ b: Int) -> Bool { length(centers[a] - centers[b]) > 1e-6 * extent }

    /// The point closest to all optical axes in the least-squares sense: Σ(I − aaᵀ)(p − c) = 0.
    ///
    /// Nil unless the cameras really look at it: the axes differ in direction by 4° or more (root mean square), pass the point
    /// within a fifth of its depth, and it lies in front of nine tenths of the cameras and inside their images.
    private static func focus(views: [View], centers: [SIMD3<Double>], axes: [SIMD3<Double>]) -> SIMD3<Double>? {
        var m = Matrix3(rows: .zero, .zero, .zero)
        var b = SIMD3<Double>.zero
        for (c, a) in zip(centers, axes) {
            let p = Matrix3(rows: [1, 0, 0] - a * a.x, [0, 1, 0] - a * a.y, [0, 0, 1] - a * a.z)
            m = Matrix3(rows: m.row0 + p.row0, m.row1 + p.row1, m.row2 + p.row2)
            b += p * c
        }
        let n = Double(views.count)
        // The mean axis is nearly the weakest direction of m; its Rayleigh quotient bounds the smallest eigenvalue from above.
        let mean = normalize(axes.reduce(.zero, +))
        let spread = dot(mean, m * mean) / n
        guard spread > 0.005, abs(m.determinant) > 1e-9 * n * n * n else { return nil }
        let focus = m.inverse * b
        var distances: [Double] = []
        var depths: [Double] = []
        for (view, (c, a)) in zip(views, zip(centers, axes)) where view.camera.sees(view.cameraFromWorld * focus) {
            let offset = focus - c
            depths.append(dot(offset, a))
            distances.append(length(offset - a * dot(offset, a)))
        }
        guard Double(depths.count) >= 0.9 * n else { return nil }
        let miss = (distances.map { $0 * $0 }.reduce(0, +) / Double(distances.count)).squareRoot()
        return miss < 0.2 * depths.sorted()[depths.count / 2] ? focus : nil
    }

    /// Depths that `reference` can be expected to measure; nil when no other camera faces the same way.
    ///
    /// Around a common focus at depth D: D/q … D·q with q = 1 + 2·tan(half the diagonal field of view), as what fills the
    /// image is about as deep as it is wide. Otherwise what parallax resolves, among cameras within 45° of the same direction:
    /// from half the depth at which the median baseline to the four nearest moves a point by 0.3 image widths, to the depth at
    /// which the widest baseline to the twenty nearest moves it by 1 pixel; in a video the four nearest alone see too little.
    func range(of reference: Int) -> ClosedRange<Double>? {
        let camera = views[reference].camera
        if let focus {
            let depth = (views[reference].cameraFromWorld * focus).z
            if depth > 0 {
                let halfDiagonal =
                    (pow(Double(camera.width) / camera.fx, 2) + pow(Double(camera.height) / camera.fy, 2)).squareRoot() / 2
                let q = 1 + 2 * halfDiagonal
                return depth / q...depth * q
            }
        }
        let baselines = views.indices
            .filter { $0 != reference && areApart($0, reference) && dot(axes[$0], axes[reference]) > 0.5.squareRoot() }
            .map { length(centers[$0] - centers[reference]) }
            .sorted()
        guard !baselines.isEmpty else { return nil }
        let nearest = baselines.prefix(4)
        let middle = nearest.count / 2
        let median = nearest.count % 2 == 1 ? nearest[middle] : (nearest[middle - 1] + nearest[middle]) / 2
        let widest = baselines[min(baselines.count, 20) - 1]
        return 0.5 * median * camera.fx / (0.3 * Double(camera.width))...widest * camera.fx
    }

    /// Score of every view as a source of `reference`: `PairScore.weight` of the angle on the optical axis at the typical
    /// depth, times the share of a 5 × 5 × 4 grid of the reference's frustum that the source sees; 0 at the same place.
    ///
    /// The typical depth is the geometric mean of the range, the middle of a logarithmic scale: the range of parallax spans
    /// more than two orders of magnitude, where the harmonic mean would lie at its near end.
    func scores(of reference: Int, range: ClosedRange<Double>) -> [Double] {
        let view = views[reference]
        let worldFromCamera = view.cameraFromWorld.inverse
        let typical = (range.lowerBound * range.upperBound).squareRoot()
        let target = worldFromCamera * [0, 0, typical]
        let grid = Self.grid(of: view.camera, range: range).map { worldFromCamera * $0 }
        return views.indices.map { other in
            guard other != reference, areApart(other, reference) else { return 0 }
            let source = views[other]
            let visible = grid.count { source.camera.sees(source.cameraFromWorld * $0) }
            let angle = PairScore.degrees(at: target, centers[reference], centers[other])
            return PairScore.weight(degrees: angle) * Double(visible) / Double(grid.count)
        }
    }

    /// 5 × 5 pixels times 4 depths, even in inverse depth, in camera coordinates.
    private static func grid(of camera: Camera, range: ClosedRange<Double>) -> [SIMD3<Double>] {
        var points: [SIMD3<Double>] = []
        for k in 0..<4 {
            let t = (Double(k) + 0.5) / 4
            let z = 1 / ((1 - t) / range.lowerBound + t / range.upperBound)
            for j in 0..<5 {
                for i in 0..<5 {
                    let u = (Double(i) + 0.5) / 5 * Double(camera.width)
                    let v = (Double(j) + 0.5) / 5 * Double(camera.height)
                    points.append([(u - camera.cx) / camera.fx * z, (v - camera.cy) / camera.fy * z, z])
                }
            }
        }
        return points
    }
}
