import FathomCore
import FathomGeometry

/// As what a scene is written.
struct SceneWritingFlags: OptionGroup {
    /// A word of `SceneWriter.exporters`; empty for none.
    var word = ""
    var linkPhotos = false
    var undistort = false

    static let schema = OptionSchema<Self>(
        "Scenes to write",
        [
            Option(
                "to", \.word, "format of the scene: \(SceneWriter.exporters.map(\.word).joined(separator: ", "))",
                placeholder: "WORD"),
            Option("linkPhotos", \.linkPhotos, "make symbolic links to the photos instead of copies"),
            Option("undistort", \.undistort, "straighten photos of bent lenses and write cameras without distortion"),
        ])

    func validate() throws { _ = try exporter() }

    var placement: ScenePhotos.Placement { linkPhotos ? .link : .copy }

    /// The format that was asked for; nil for none.
    ///
    /// - Throws: `usage` for an unknown word.
    func exporter() throws -> (any SceneExporter)? {
        if word.isEmpty { return nil }
        if let exporter = SceneWriter.exporter(word) { return exporter }
        let words = SceneWriter.exporters.map(\.word)
        throw FathomError(
            .usage, "there is no scene format \"\(word)\"",
            remedy: nearest(to: word, in: words).map { "did you mean \"\($0)\"?" }
                ?? "choose one of \(words.joined(separator: ", "))",
            at: "--to")
    }
}
