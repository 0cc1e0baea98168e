import FathomCore

/// Whether point clouds are written.
struct PointFlags: OptionGroup {
    var points = false

    static let schema = OptionSchema<Self>(
        "Points",
        [Option("points", \.points, "write points/STEM.ply, a coloured point cloud for each depth map of a metric model")])

    /// - Throws: `usage` when points are asked for and depth is relative.
    func check(isMetric: Bool) throws {
        if points && !isMetric {
            throw FathomError(
                .usage, "points need metric depth", remedy: "choose a metric model with --model (see fathom models list)",
                at: "--points")
        }
    }
}
