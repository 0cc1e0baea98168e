/// Where the subject of a scene is, as far as the scene tells.
enum SubjectSphere {
    /// The ball that the scene states; else around its box, around its sparse points without the outermost 1 % along each axis, or
    /// around what the cameras look at. Nil when nothing tells.
    static func sphere(of scene: Scene) -> BoundingSphere? {
        if let sphere = scene.sphere { return sphere }
        if let bounds = scene.bounds { return around(bounds) }
        if scene.points.count >= ViewSelection.minimumPoints { return around(inner(scene.points)) }
        return seen(by: scene)
    }

    private static func around(_ box: Bounds) -> BoundingSphere {
        BoundingSphere(center: (box.lower + box.upper) / 2, radius: box.diagonal / 2)
    }

    private static func inner(_ points: [SparsePoint]) -> Bounds {
        var box = Bounds(lower: .zero, upper: .zero)
        for axis in 0..<3 {
            let sorted = points.map { $0.position[axis] }.sorted()
            let last = Double(sorted.count - 1)
            box.lower[axis] = sorted[Int((0.01 * last).rounded(.down))]
            box.upper[axis] = sorted[Int((0.99 * last).rounded(.up))]
        }
        return box
    }

    /// Around the points on the optical axes in the middle, by logarithm, of each view's depths: the median distance of these points
    /// from their mean, plus half of what the image shows there.
    private static func seen(by scene: Scene) -> BoundingSphere? {
        let cameras = CameraRig(scene.views)
        var targets: [(point: SIMD3<Double>, reach: Double)] = []
        for (index, view) in scene.views.enumerated() {
            guard let range = view.depthRange ?? cameras.range(of: index) else { continue }
            let depth = (range.lowerBound * range.upperBound).squareRoot()
            let camera = view.camera
            targets.append(
                (
                    cameras.centers[index] + depth * cameras.axes[index],
                    depth * min(Double(camera.width) / camera.fx, Double(camera.height) / camera.fy) / 2
                ))
        }
        guard !targets.isEmpty else { return nil }
        let center = targets.map(\.point).reduce(.zero, +) / Double(targets.count)
        let radii = targets.map { length($0.point - center) + $0.reach }.sorted()
        return BoundingSphere(center: center, radius: radii[radii.count / 2])
    }
}
