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
        case .file(let path): return try weights(at: path)
        case .embedded: return try Checkpoint(bytes: EmbeddedWeights.bytes, name: ModelRegistry.embedded.name)
        }
    }

    private static func weights(at path: String) throws -> any WeightSource {
        let checkpoint = try Checkpoint(path: path)
        return try HuggingFaceDepthAnything(checkpoint) ?? checkpoint
    }

    /// Checks that a file holds weights for the network of `entry`, by the names and shapes of its arrays.
    ///
    /// - Throws: `inputMissing`, `inputInvalid` for a file that is damaged, no checkpoint, or for another network; `io`.
    public static func confirm(
        _ path: String, as entry: ModelEntry, in registry: DepthNetworkRegistry = .standard
    ) throws {
        let weights = try weights(at: path)
        let kind = try registry.recognized(weights.shapes, label: path)
        if kind.name != entry.network {
            throw FathomError(
                .inputInvalid, "holds weights of \(kind.name), and \(entry.name) needs those of \(entry.network)",
                remedy: "choose the model that the file is for (see fathom models list)", at: path)
        }
        _ = try StrictWeights(weights, expected: kind.shapes, optional: kind.optionalShapes)
    }
}
