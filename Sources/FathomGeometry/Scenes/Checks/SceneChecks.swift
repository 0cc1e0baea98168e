/// All checks of cameras, poses and points that need no pixels, in the order in which they are reported.
struct SceneChecks {
    let views: [View]
    let drafts: [SceneAssembly.Draft]
    /// The poses of `drafts` as the format's convention understands them, exact rotations.
    let poses: [Pose]
    let points: [SparsePoint]
    let unit: String

    /// - Parameter isScaled: whether the user gave a factor for the cameras.
    func all(of convention: PoseConvention, as reading: PoseReading, isScaled: Bool) -> [SceneCheck] {
        let placement = [
            PlacementCheck.positions(views, unit: unit), PlacementCheck.units(views, unit: unit), PlacementCheck.upright(views),
        ]
        let placed = PointCheck(cameras: views.map(\.camera), poses: poses, convention: convention, sightings: sightings)
        return [RotationCheck.report(drafts.map(\.cameraFromWorld)), CameraCheck.report(views, isScaled: isScaled)]
            + placement.compactMap { $0 } + [placed.report(reading)].compactMap { $0 }
    }

    /// Keypoints where there are any, else the views that points name.
    private var sightings: [PointCheck.Sighting] {
        let keypoints = drafts.enumerated().flatMap { view, draft in
            draft.keypoints.map { PointCheck.Sighting(view: view, point: points[$0.point].position, keypoint: $0.pixel) }
        }
        if !keypoints.isEmpty { return keypoints }
        return points.flatMap { point in
            point.views.map { PointCheck.Sighting(view: $0, point: point.position) }
        }
    }
}
