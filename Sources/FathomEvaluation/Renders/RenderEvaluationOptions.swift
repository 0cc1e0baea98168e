import FathomCore

/// What a render is judged by, and which photos judge it.
public struct RenderEvaluationOptions: OptionGroup {
    /// What a mesh is said to look like.
    public enum Appearance: String, CaseIterable, OptionValue {
        /// Like its vertex colours.
        case colors
        /// Like other photos of the same points, so that its geometry alone is judged.
        case warp
    }

    public var appearance = Appearance.colors
    /// Every Nth view is judged, the first among them; nil: every 8th by a mesh, each that has a picture by a folder.
    public var heldOut: Int?
    /// Folder of the scene's masks; empty for those that the scene names itself.
    public var masks = ""

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Render evaluation",
        [
            Option(
                "appearance", \.appearance,
                "what a mesh looks like: its vertex colours, or other photos warped through it, which judges its geometry alone"),
            Option(
                "heldOut", \.heldOut,
                "judge every Nth view, the first among them; auto is 8 for a mesh and every picture for a folder",
                range: .atLeast(1), absent: "auto"),
            Option("masks", \.masks, "folder of masks STEM.png for the photos; zero marks pixels to ignore", placeholder: "DIR"),
        ])
}
