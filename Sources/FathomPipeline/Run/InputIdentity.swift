import FathomCore
import FathomGeometry

/// What an input of a graph holds, as digests; never paths, never times of files.
enum InputIdentity: Sendable {
    /// Something that is read as a whole, with how it is read.
    case whole(String)
    /// Digest and name per image or depth file.
    case items([String], names: [String])
    case scene(SceneDigest)

    /// What stands in a key for the part that `reads` names.
    func text(_ reads: Reads) -> String {
        switch (self, reads) {
        case (.whole(let digest), _): digest
        case (.items(let digests, _), .items(let indices)): indices.map { digests[$0] }.joined(separator: " ")
        case (.items(let digests, let names), _):
            "\(Digest(of: zip(names, digests).map { "\($0) \($1)" }.joined(separator: "\n")))"
        case (.scene(let scene), .scene(let geometry, let photos, let masks)):
            scene.text(geometry: geometry, photos: photos, masks: masks)
        case (.scene(let scene), .items(let views)): scene.text(geometry: true, photos: views, masks: views)
        case (.scene(let scene), .all): "\(scene.digest)"
        }
    }

    /// The digest of everything.
    var digest: String { text(.all) }
}
