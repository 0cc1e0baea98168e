/// How depth is searched; defaults suit photos.
public struct SearchOptions: Sendable {
    /// How many source images are compared with each reference.
    public var sources = 4
    /// Levels of the image pyramid; nil picks them from the image size.
    public var levels: Int?
    /// Plane spacing of the dense sweep in pixels of the coarsest level.
    public var sweepSpacing = 0.75
    /// Weight of the smoothness term against the photometric cost.
    public var smoothness: Float = 0.03
    /// Standard deviation of image noise in grey levels.
    public var noise: Float = 2
    /// Only the two children of the chosen bin, no tolerance bins and no neighbours: the plain method, for comparison.
    public var plainBinary = false

    public init() {}
}
