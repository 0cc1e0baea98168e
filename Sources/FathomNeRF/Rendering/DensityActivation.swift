import FathomCore

/// How the network's number becomes a density.
public enum DensityActivation: String, OptionValue, CaseIterable, Sendable {
    /// log(1 + exp(x − 1)).
    case softplus
    /// exp(min(x, 15)): sharper surfaces, more that floats.
    case exponential
}
