/// Where the poses of a scene come from.
public enum PoseSource: String, Sendable, CaseIterable {
    /// From the scene's own files.
    case given
    /// From the program COLMAP, for photos without poses.
    case colmap
}
