/// What one step of a training says.
public struct TrainingReport: Sendable {
    /// Each loss without its weight.
    public var losses: [(name: String, value: Double)]
    /// What the step minimises.
    public var total: Double
    /// Mean squared error of colours.
    public var colorError: Double
    public var samplesPerRay: Double
    /// Table entries that moved.
    public var movedEntries: Int
    /// Whether the step was left out because a gradient was not finite.
    public var isSkipped: Bool
    public var seconds: Double

    /// For curves and `run.json`.
    public var figures: [(name: String, value: Double)] {
        [("loss", total)] + losses + [("samples_per_ray", samplesPerRay)]
    }
}
