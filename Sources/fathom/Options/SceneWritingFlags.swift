import FathomCore
import FathomGeometry

extension ScenePhotos.Placement: OptionValue {}

/// As what a scene is written.
struct SceneWritingFlags: OptionGroup {
    /// A word of `SceneWriter.exporters`; empty for none.
    var word = ""
    var photos = ScenePhotos.Placement.copy
    var undistort = false

    static let schema = OptionSchema<Self>(
        "Scenes to write",
        [
            Option(
                "to", \.word, "format of the scene: \(SceneWriter.exporters.map(\.word).joined(separator: ", "))",
                placeholder: "WORD"),
            Option("photos", \.photos, "whether photos are copied or symbolic links are made to them"),
            Option("undistort", \.undistort, "straighten photos of bent lenses and write cameras without distortion"),
        ])

    func validate() throws { _ = try exporter() }

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
