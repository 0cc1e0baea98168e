import FathomCore

/// What a ray's depth is, of all places where its light ends.
public enum DepthKind: String, OptionValue, CaseIterable, Sendable {
    /// The mean with what is left of the light ending at t = 1; its gradient is bounded.
    case opaque
    /// The mean over the light that ended, none for rays that lost less than a twentieth.
    case mean
    /// Where half of the light is gone, none for rays that lost less; has no gradient.
    case median

    /// Opacity from which on a ray says something about depth.
    static let leastOpacity: Float = 0.05
}
