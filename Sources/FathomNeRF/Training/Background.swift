import FathomCore

/// What is behind everything.
public enum Background: String, OptionValue, CaseIterable, Sendable {
    case black
    case white
    /// Nobody knows: in training a random colour behind each ray, so that its light must end in the scene; black in pictures.
    case none

    /// RGB, 0 … 1, of pictures.
    public var color: SIMD3<Float> { self == .white ? .one : .zero }
}
