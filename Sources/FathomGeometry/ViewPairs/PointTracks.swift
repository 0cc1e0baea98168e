/// The sparse points of a scene with the inverse index: which points a view sees.
struct PointTracks: Sendable {
    private let points: [SparsePoint]
    private let seen: [[Int32]]

    init(_ scene: Scene) {
        points = scene.points
        var seen = [[Int32]](repeating: [], count: scene.views.count)
        for (index, point) in scene.points.enumerated() {
            for view in point.views { seen[view].append(Int32(index)) }
        }
        self.seen = seen
    }

    /// Score of every view as a source of `reference`: Σ over common points of `PairScore.weight`; 0 at the same place.
    func scores(of reference: Int, cameras: CameraRig) -> [Double] {
        var scores = [Double](repeating: 0, count: cameras.views.count)
        let center = cameras.centers[reference]
        for index in seen[reference] {
            let point = points[Int(index)]
            let ray = center - point.position
            for other in point.views where other != reference {
                scores[other] += PairScore.weight(
                    degrees: PairScore.degrees(between: ray, cameras.centers[other] - point.position))
            }
        }
        for other in scores.indices where !cameras.areApart(reference, other) { scores[other] = 0 }
        return scores
    }

    /// Depths of `reference` from the points it sees and from those its neighbours see inside its image.
    ///
    /// Quantiles 0.5 % and 99.5 %, widened by 0.8 and 1.25; nil when fewer than 50 points speak for it.
    func range(of reference: Int, neighbors: some Sequence<Int>, in scene: Scene) -> ClosedRange<Double>? {
        let view = scene.views[reference]
        var own: [Double] = []
        for index in seen[reference] {
            let z = (view.cameraFromWorld * points[Int(index)].position).z
            if z > 0 { own.append(z) }
        }
        var pooled = own
        var used = Set(seen[reference])
        for neighbor in neighbors {
            for index in seen[neighbor] where used.insert(index).inserted {
                let p = view.cameraFromWorld * points[Int(index)].position
                if view.camera.sees(p) { pooled.append(p.z) }
            }
        }
        switch (Self.range(own), Self.range(pooled)) {
        case (let a?, let b?): return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
        case (let a?, nil), (nil, let a?): return a
        case (nil, nil): return nil
        }
    }

    private static func range(_ depths: [Double]) -> ClosedRange<Double>? {
        guard depths.count >= ViewSelection.minimumPoints else { return nil }
        let sorted = depths.sorted()
        let last = Double(sorted.count - 1)
        let low = sorted[Int((0.005 * last).rounded(.down))]
        let high = sorted[Int((0.995 * last).rounded(.up))]
        return 0.8 * low...1.25 * high
    }
}

extension Camera {
    /// Whether a point in camera coordinates lies in front and inside the image, lens distortion aside.
    func sees(_ p: SIMD3<Double>) -> Bool {
        guard p.z > 0 else { return false }
        let (u, v) = (fx * p.x / p.z + cx, fy * p.y / p.z + cy)
        return u >= 0 && v >= 0 && u <= Double(width) && v <= Double(height)
    }
}
