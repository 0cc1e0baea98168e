import FathomCore
import FathomSynthetic

/// A synthetic scene small enough to reconstruct in a second.
public enum SmallScene {
    /// Writes five views of the courtyard, as large as asked, into `folder`.
    public static func write(to folder: String, width: Int = 128, height: Int = 96) throws {
        var options = SynthesisOptions()
        options.views = 5
        options.width = width
        options.height = height
        options.points = 500
        options.edge = 0.2
        try SyntheticScene.named("courtyard", seed: 1).write(to: folder, options: options)
    }
}
