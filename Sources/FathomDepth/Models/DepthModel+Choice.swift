import FathomCore
import FathomModels

extension DepthModel {
    /// Finds the weights that `options` ask for: by name, by file, else the largest relative ones in the models folder, else
    /// those inside the program.
    ///
    /// - Throws: `unavailable` for a model that has to be fetched first, `inputMissing` for a path that leads nowhere, `usage`
    ///   for a word that is neither, `inputInvalid` for a damaged record.
    public static func resolve(
        _ options: DepthModelOptions, for purpose: DepthPurpose, in registry: DepthNetworkRegistry = .standard
    ) throws -> ResolvedModel {
        if !options.model.isEmpty {
            let isPreview = options.model == ModelRegistry.embedded.name
            return isPreview ? try preview() : try ModelStore.standard().resolve(options.model)
        }
        guard let store = try? ModelStore.standard(),
            let entry = registry.candidates(for: purpose).first(where: { store.path(of: $0) != nil })
        else { return try preview() }
        return try store.resolve(entry)
    }

    /// The weights inside the program, which need no models folder.
    private static func preview() throws -> ResolvedModel { try ModelStore(folder: "").resolve(ModelRegistry.embedded) }

    /// What a frame of `pixels` pixels will take; nothing is known of weights that cannot be found or belong to no network.
    ///
    /// - Returns: what the network takes, and for decoding and resizing.
    public static func cost(
        _ options: DepthModelOptions, for purpose: DepthPurpose, pixels: Int, in registry: DepthNetworkRegistry = .standard
    ) -> DepthNetworkCost {
        guard let found = try? resolve(options, for: purpose, in: registry),
            let kind = try? registry.named(found.entry?.network ?? "") ?? recognized(found, in: registry)
        else { return DepthNetworkCost(bytes: 0, mapPixels: 0, coreSecondsPerFrame: 0) }
        var cost = kind.cost(options, for: purpose)
        // Half the vector width takes twice the time.
        if !NumericProfile.current.kernels.hasPrefix("x86-64-v4") { cost.coreSecondsPerFrame *= 2 }
        cost.coreSecondsPerFrame += Double(pixels) * 2e-8
        return cost
    }

    /// The network of a file that no entry of the models' registry names.
    private static func recognized(
        _ found: ResolvedModel, in registry: DepthNetworkRegistry
    ) throws -> any DepthNetworkKind {
        let weights = try weights(of: found)
        return try registry.recognized(weights.shapes, label: weights.label)
    }
}

extension ResolvedModel {
    /// What the numbers mean; a file of unknown name holds relative weights.
    public var output: ModelOutput { entry?.output ?? .relative }
}
