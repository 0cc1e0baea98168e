import FathomGeometry
import FathomMedia

/// A photo at the size at which spots are looked for.
struct MatchablePhoto: Sendable {
    /// Longer side, pixels.
    private static let side = 512

    let camera: Camera
    let features: PhotoFeatures

    init(_ view: View) throws {
        let grey = try view.loadColor().gray()
        let longer = max(grey.width, grey.height)
        let scale = min(1, Double(Self.side) / Double(longer))
        let width = max(1, Int((Double(grey.width) * scale).rounded()))
        let height = max(1, Int((Double(grey.height) * scale).rounded()))
        camera = view.pinhole.resized(width: width, height: height)
        features = PhotoFeatures(grey.resized(width: width, height: height, filter: .area))
    }
}

/// Two views and the spots that their photos have in common.
struct EpipolarPair: Sendable {
    /// Distance from where the poses allow a spot to be, pixels of a `MatchablePhoto`.
    private static let tolerance = 2.0
    /// Spots that move less say little about poses.
    private static let leastMotion: Float = 6

    private let views: (Int, Int)
    private let cameras: (Camera, Camera)
    /// Continuous pixels of both photos.
    let matches: [(SIMD2<Double>, SIMD2<Double>)]

    init(_ views: (Int, Int), _ a: MatchablePhoto, _ b: MatchablePhoto) {
        self.views = views
        cameras = (a.camera, b.camera)
        matches = FeatureMatches.find(a.features, b.features).compactMap { match in
            let (p, q) = (a.features.positions[match.a], b.features.positions[match.b])
            let motion = q - p
            return (motion * motion).sum() > Self.leastMotion * Self.leastMotion ? (SIMD2(p), SIMD2(q)) : nil
        }
    }

    /// The number of matches that some point in front of both cameras explains.
    ///
    /// - Parameter poses: of all views.
    func fits(_ poses: [Pose]) -> Int {
        let geometry = SearchGeometry(
            reference: (cameras.0, poses[views.0]), source: (cameras.1, poses[views.1]), level: 0)
        return matches.count { p, q in
            // q ~ h + ρe, solved for ρ ≥ 0 in the least-squares sense.
            let h = geometry.homography * [p.x, p.y, 1]
            let e = geometry.epipole
            let a = SIMD2(e.x - q.x * e.z, e.y - q.y * e.z)
            let b = SIMD2(q.x * h.z - h.x, q.y * h.z - h.y)
            let square = (a * a).sum()
            let rho = square > 0 ? max(0, (a * b).sum() / square) : 0
            let found = h + e * rho
            guard found.z > 0 else { return false }
            let miss = SIMD2(found.x / found.z, found.y / found.z) - q
            return (miss * miss).sum() < Self.tolerance * Self.tolerance
        }
    }
}
