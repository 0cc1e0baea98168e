/// How depth is searched; defaults suit photos.
public struct SearchOptions: Sendable {
    /// Plane spacing of the dense sweep in pixels of the coarsest level.
    public var sweepSpacing = 0.75
    /// Weight of the smoothness term against the photometric cost.
    public var smoothness: Float = 0.006
    /// Cost per pixel of disagreement with a source's own depth.
    public var geometricWeight: Float = 0.2
    /// Standard deviation of image noise in grey levels.
    public var noise: Float = 1.5

    public init() {}
}
