import FathomCore
import FathomGeometry

/// Whether the photos of a scene agree with its poses, told from spots that neighbouring photos have in common.
///
/// A handful of photos are compared with those that stand beside them. The spots are matched by their looks alone, once; then
/// each reading of the poses is asked for the share of matches that lie on its epipolar lines in front of both cameras (MVS
/// spec §3.4). The right reading is known by a share several times that of the others, whatever the poses were read as.
public enum PoseCheck {
    /// References that are spread over the scene.
    private static let references = 6
    /// Matches below which nothing is said.
    private static let few = 60
    /// A reading is believed when at least this share of the matches fits it,
    private static let believable = 0.4
    /// and the one in use is doubted when its share is less than this part of the best.
    private static let doubtful = 0.6
    /// No reading makes sense when all have less.
    private static let senseless = 0.25

    /// Whether the poses have not been proven by points with known places in the photos.
    public static func isNeeded(_ scene: Scene) -> Bool {
        scene.views.count > 1 && !scene.checks.contains { $0.topic == .reprojection && $0.verdict == .ok }
    }

    /// Compares at most 24 photos. Takes about 0.5 s besides reading them.
    ///
    /// - Throws: what reading photos throws.
    public static func check(_ scene: Scene) throws -> SceneCheck {
        let pairs = try pairs(scene)
        let matches = pairs.reduce(0) { $0 + $1.matches.count }
        var figures = [("pairs", Double(pairs.count)), ("matches", Double(matches))]
        guard matches >= few else {
            return SceneCheck(
                .photos, .ok, "the photos have too little in common to judge the poses: \(matches) spots in \(pairs.count) pairs",
                figures: figures)
        }
        func share(_ reading: PoseReading) -> Double {
            let poses = scene.views.map { scene.convention.pose($0.cameraFromWorld, readAs: scene.reading, under: reading) }
            return Double(pairs.reduce(0) { $0 + $1.fits(poses) }) / Double(matches)
        }
        let given = share(scene.reading)
        var best = (reading: scene.reading, share: given)
        for reading in PoseReading.allCases {
            let share = share(reading)
            if share > best.share { best = (reading, share) }
        }
        figures += [("fitting", given), ("fitting_best", best.share)]
        if best.share >= believable && given < doubtful * best.share {
            return SceneCheck(
                .photos, .error,
                "the poses look \(PoseAdvice.looks(best.reading, in: scene.convention)): \(best.share.percent) of \(matches) spots in "
                    + "neighbouring photos fit them then, \(given.percent) as they are read now",
                remedy: PoseAdvice.remedy(best.reading, given: scene.reading, in: scene.convention), figures: figures)
        }
        if best.share < senseless {
            return SceneCheck(
                .photos, .warning,
                "only \(given.percent) of \(matches) spots in neighbouring photos fit the poses, and no other reading fits more than "
                    + best.share.percent,
                remedy: "poses, intrinsics or the order of the images may be wrong", figures: figures)
        }
        return SceneCheck(
            .photos, .ok, "\(given.percent) of \(matches) spots in neighbouring photos fit the poses", figures: figures)
    }

    /// Neighbouring views with what their photos have in common.
    private static func pairs(_ scene: Scene) throws -> [EpipolarPair] {
        let chosen = neighbors(scene.views)
        let used = Set(chosen.flatMap { [$0.0, $0.1] }).sorted()
        let photos = try used.parallelMap { index in
            try Interrupt.check()
            return try MatchablePhoto(scene.views[index])
        }
        let photoOfView = Dictionary(uniqueKeysWithValues: zip(used, photos))
        return try chosen.parallelMap { pair in
            try Interrupt.check()
            return EpipolarPair(pair, photoOfView[pair.0]!, photoOfView[pair.1]!)
        }
    }

    /// Pairs of views that stand and look alike, each reference with its nearest neighbour and with two farther ones.
    ///
    /// Angles between views are the same under every reading of the poses, and so are the distances of cameras unless world
    /// and camera are exchanged.
    static func neighbors(_ views: [View]) -> [(Int, Int)] {
        let centers = views.map(\.cameraFromWorld.center)
        var pairs: [(Int, Int)] = []
        let count = min(views.count, references)
        for step in 0..<count {
            let reference = count == 1 ? 0 : step * (views.count - 1) / (count - 1)
            let others = views.indices.filter { $0 != reference }
            let distances = others.map { length(centers[$0] - centers[reference]) }
            let typical = max(distances.sorted()[min(4, distances.count - 1)], .leastNormalMagnitude)
            let strangeness = zip(others, distances).map { other, distance in
                let relative = views[other].cameraFromWorld.rotation * views[reference].cameraFromWorld.rotation.transposed
                return (other: other, value: relative.turn / 10 + distance / typical)
            }.sorted { ($0.value, $0.other) < ($1.value, $1.other) }
            for rank in [0, min(3, views.count / 4), min(7, views.count / 3)] where rank < strangeness.count {
                let other = strangeness[rank].other
                let pair = (min(reference, other), max(reference, other))
                if !pairs.contains(where: { $0 == pair }) { pairs.append(pair) }
            }
        }
        return pairs
    }
}
