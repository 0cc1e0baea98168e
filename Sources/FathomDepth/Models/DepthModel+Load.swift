import FathomCore
import FathomModels
import FathomTensor

extension DepthModel {
    /// Loads the weights that `options` ask for; see `resolve`.
    ///
    /// - Throws: as `resolve`; `inputInvalid` for weights that are damaged or of no known network, `usage` for options that the
    ///   network cannot follow, `io`.
    public static func load(
        _ options: DepthModelOptions, for purpose: DepthPurpose, in registry: DepthNetworkRegistry = .standard
    ) throws -> DepthModel {
        let found = try resolve(options, for: purpose, in: registry)
        let weights = try weights(of: found)
        let kind = try registry.recognized(weights.shapes, label: weights.label)
        let network = try kind.make(
            StrictWeights(weights, expected: kind.shapes, optional: kind.optionalShapes), options, found.output)
        let (digest, source) =
            switch found.location {
            case .file(let path): (try Digest(ofFile: path), found.record?.source ?? path)
            case .embedded: (EmbeddedWeights.digest, "embedded")
            }
        return DepthModel(
            network: network, name: found.entry?.name ?? weights.label.pathStem, output: found.output, digest: digest,
            license: found.license, source: source)
    }

    /// The arrays of weights that were found, under the authors' names.
    static func weights(of found: ResolvedModel) throws -> any WeightSource {
        switch found.location {
        case .file(let path):
            let checkpoint = try Checkpoint(path: path)
            return try HuggingFaceDepthAnything(checkpoint) ?? checkpoint
        case .embedded: return try Checkpoint(bytes: EmbeddedWeights.bytes, name: ModelRegistry.embedded.name)
        }
    }
}
