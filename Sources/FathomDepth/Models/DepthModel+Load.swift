import FathomCore
import FathomModels
import FathomTensor

extension DepthModel {
    /// Loads the weights that `options` ask for; see `resolve`.
    ///
    /// - Throws: as `resolve`; `inputInvalid` for weights that are damaged or of no known network, `io`.
    public static func load(_ options: DepthModelOptions, for purpose: Purpose) throws -> DepthModel {
        let found = try resolve(options, for: purpose)
        let name: String
        let digest: Digest
        let source: String
        switch found.location {
        case .file(let path):
            name = found.entry?.name ?? path.pathStem
            digest = try Digest(ofFile: path)
            source = found.record?.source ?? path
        case .embedded:
            name = found.entry?.name ?? ""
            digest = EmbeddedWeights.fathomVideoTinyDigest
            source = "embedded"
        }
        return DepthModel(
            network: .video(PatternNetwork()), name: name, output: found.output, digest: digest, license: found.license,
            source: source)
    }
}
