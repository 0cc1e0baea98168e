/// How well the predicted depth of a clip matches the truth, by the protocol of Video Depth Anything (arXiv 2501.12375).
public struct VideoMetrics: Sendable {
    /// Metrics of each frame after the one alignment of the clip.
    public var frames: [DepthMetrics]
    /// Temporal alignment error × 100: how much depth changes where poses say that it should not; nil without poses.
    public var temporalError: Double?
    /// What should be known about the figures, one sentence each.
    public var notes: [String] = []

    /// Means over the frames that have truth.
    public var mean: DepthMetrics { .mean(of: frames) }

    /// Name and value of each figure, as the command line prints them.
    public var figures: [(name: String, value: Double)] {
        [("frames", Double(frames.count))] + mean.figures + (temporalError.map { [("tae", $0)] } ?? [])
    }
}
