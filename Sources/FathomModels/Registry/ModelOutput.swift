/// What the numbers of a model's output mean.
public enum ModelOutput: Sendable, Hashable {
    /// Inverse depth up to an unknown factor and offset, larger is nearer.
    case relative
    /// Depth in metres; networks that squeeze their output have a maximum.
    case metric(maximum: Double?)
}
