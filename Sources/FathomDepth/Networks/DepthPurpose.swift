/// What depth is wanted of.
public enum DepthPurpose: Sendable {
    case images
    case video
}
