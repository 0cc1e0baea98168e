import FathomCore
import FathomGeometry

extension SyntheticScene {
    /// Up to `count` surface points as feature matching would leave them: each is seen by at least `views` of the
    /// viewpoints, lists all that see it, and has the colour of the surface there.
    ///
    /// Points are drawn through random pixels, the viewpoints in turn; at most 32 draws per point wanted.
    /// O(draws · (solids + viewpoints)); depends on the seed and not on threads.
    ///
    /// - Parameter views: least number of views per point; all viewpoints if there are fewer.
    /// - Returns: points in world metres, 8-bit colours without highlights, ascending views.
    public func samplePoints(_ count: Int, in viewpoints: [Viewpoint], views: Int = 3) -> [SparsePoint] {
        var random = SeededRandom(seed: seed, stream: 0x5a3)
        let wanted = min(views, viewpoints.count)
        return withCaster { caster in
            var points: [SparsePoint] = []
            for draw in 0..<32 * count where points.count < count && !viewpoints.isEmpty {
                let view = viewpoints[draw % viewpoints.count]
                let ray = view.ray(
                    random.uniform() * Double(view.camera.width), random.uniform() * Double(view.camera.height))
                guard let hit = caster.nearest(ray) else { continue }
                let point = ray.point(at: hit.t)
                let normal = caster.normal(at: point, of: hit.solid)
                let seen = viewpoints.indices.filter {
                    caster.visibility(of: point, normal: normal, in: viewpoints[$0]) == .visible
                }
                guard seen.count >= wanted else { continue }
                let light = caster.reflected(at: point, normal: normal, of: hit.solid, footprint: 0.01, towards: nil)
                points.append(
                    SparsePoint(
                        position: point, color: SIMD3<UInt8>(caster.pictureValue(light), rounding: .toNearestOrAwayFromZero),
                        views: seen))
            }
            return points
        }
    }
}
