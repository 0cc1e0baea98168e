#if canImport(Glibc)
import Glibc
#endif

/// Where cameras stand and how they are turned, by themselves and against the depths that are known.
enum PlacementCheck {
    /// Ratios of depth to extent beyond this, either way, mean different units: no one takes photos like that.
    private static let absurd = 300.0
    /// Depths in metres that images of depth state: no more than 16 bits of millimetres hold.
    private static let measurable = 0.02...66.0

    /// How many cameras there are and how far apart.
    static func positions(_ views: [View], unit: String) -> SceneCheck {
        let extent = extent(views)
        var figures = [("views", Double(views.count)), ("extent", extent)]
        guard views.count > 1 else { return SceneCheck(.positions, .ok, "one view", figures: figures) }
        let first = views[0].cameraFromWorld
        if extent == 0, views.allSatisfy({ $0.cameraFromWorld.rotation == first.rotation }) {
            return SceneCheck(
                .positions, .error, "all \(views.count) poses are identical",
                remedy: "the poses were not written, or one was copied to all views", figures: figures)
        }
        let pairs = zip(views, views.dropFirst()).count { $0.cameraFromWorld == $1.cameraFromWorld }
        figures.append(("repeated_poses", Double(pairs)))
        if pairs > 0 {
            return SceneCheck(
                .positions, .warning, "\(pairs) of \(views.count) views have the pose of the view before them",
                figures: figures)
        }
        return SceneCheck(.positions, .ok, "\(views.count) cameras over \(extent.brief) \(unit)", figures: figures)
    }

    /// Whether cameras and depths are in one unit; nil where no depths are known.
    ///
    /// Cameras that hardly moved look as if depths were in a smaller unit. Where both are in metres by the format and the depths
    /// are such as rooms and streets have, they are believed.
    static func units(_ views: [View], unit: String) -> SceneCheck? {
        let depths = views.compactMap { $0.depthRange.map { ($0.lowerBound * $0.upperBound).squareRoot() } }.sorted()
        let extent = extent(views)
        guard !depths.isEmpty, extent > 0 else { return nil }
        let depth = depths[depths.count / 2]
        let ratio = depth / extent
        let figures = [("depth", depth), ("depth_per_extent", ratio)]
        let found = "the cameras spread over \(extent.brief) and look \(depth.brief) deep"
        if ratio > absurd, unit == "m", measurable.contains(depth) {
            return SceneCheck(
                .units, .warning, "\(found), so that photos hardly differ",
                remedy: "use photos taken farther apart, such as every tenth of a recording", figures: figures)
        }
        if ratio > absurd {
            return SceneCheck(
                .units, .error, "\(found): the poses seem to be in metres and depths in millimetres",
                remedy: "multiply the positions of the cameras by 1000 or divide the depths by it; if the cameras did move that "
                    + "little, use photos taken farther apart", figures: figures)
        }
        if ratio < 1 / absurd {
            return SceneCheck(
                .units, .error, "\(found): the poses seem to be in millimetres and depths in metres",
                remedy: "divide the positions of the cameras by 1000 or multiply the depths by it", figures: figures)
        }
        return SceneCheck(
            .units, .ok, "typical depth \(depth.brief), \(ratio.brief) times the extent of the cameras", figures: figures)
    }

    /// Whether the photos share an upright direction; only a warning, as nothing demands it.
    ///
    /// Cameras held level (or all turned by a quarter) have x (or y) axes in one plane: the smallest mean square of these
    /// axes along any direction is 0. Axes in all directions give 1/3.
    static func upright(_ views: [View]) -> SceneCheck? {
        guard views.count >= 8 else { return nil }
        let tilt = min(
            flatness(views.map(\.cameraFromWorld.rotation.row0)), flatness(views.map(\.cameraFromWorld.rotation.row1)))
        let figures = [("tilt", tilt)]
        return tilt > 0.25
            ? SceneCheck(
                .upright, .warning, "the cameras are turned about their axes in every direction (\(tilt.fixed(2)) of 0.33)",
                remedy: "if the photos are upright, the rotations are wrong", figures: figures)
            : SceneCheck(.upright, .ok, "the cameras share an upright direction (\(tilt.fixed(2)) of 0.33)", figures: figures)
    }

    /// Largest distance of a camera from the first.
    private static func extent(_ views: [View]) -> Double {
        let centers = views.map(\.cameraFromWorld.center)
        return centers.map { length($0 - centers[0]) }.max() ?? 0
    }

    /// The smallest eigenvalue of the mean of vvᵀ, by the trigonometric formula.
    private static func flatness(_ vectors: [SIMD3<Double>]) -> Double {
        var m = Matrix3(rows: .zero, .zero, .zero)
        for v in vectors { m = Matrix3(rows: m.row0 + v * v.x, m.row1 + v * v.y, m.row2 + v * v.z) }
        let n = Double(vectors.count)
        let q = (m.row0.x + m.row1.y + m.row2.z) / n / 3
        let centered = Matrix3(rows: m.row0 / n - [q, 0, 0], m.row1 / n - [0, q, 0], m.row2 / n - [0, 0, q])
        let p = (centered.rowMajor.reduce(0) { $0 + $1 * $1 } / 6).squareRoot()
        guard p > 1e-12 else { return q }
        let r = min(max(centered.determinant / (2 * p * p * p), -1), 1)
        return q + 2 * p * cos(acos(r) / 3 + 2 * .pi / 3)
    }
}
