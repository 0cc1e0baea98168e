import FathomCore
import FathomSynthetic

/// A synthetic scene small enough to reconstruct in a second.
public enum SmallScene {
    /// Writes five views of the courtyard, 128 × 96, into `folder`.
    public static func write(to folder: String) throws {
        var options = SynthesisOptions()
        options.views = 5
        options.width = 128
        options.height = 96
        options.points = 500
        options.edge = 0.2
        try SyntheticScene.named("courtyard", seed: 1).write(to: folder, options: options)
    }
}
