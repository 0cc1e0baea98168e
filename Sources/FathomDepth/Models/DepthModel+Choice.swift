import FathomCore
import FathomModels

extension DepthModel {
    /// What depth is wanted of.
    public enum Purpose: Sendable {
        case images
        case video

        /// The weights to recommend: good, small and free to use.
        var recommended: ModelEntry { candidates[candidates.count - 1] }

        /// Entries that are used when users name none, best first.
        var candidates: [ModelEntry] {
            let sizes = EncoderSize.allCases.reversed()
            let all = ModelRegistry.all.filter { $0.output == .relative }
            let video = sizes.compactMap { size in all.first { $0.architecture == .videoDepthAnything(size) } }
            let images = sizes.compactMap { size in all.first { $0.architecture == .depthAnythingV2(size) } }
            return self == .video ? video : images
        }
    }

    /// Finds the weights that `options` ask for: by name, by file, else the largest relative ones in the models folder, else
    /// those inside the program.
    ///
    /// - Throws: `unavailable` for a model that has to be fetched first, `inputMissing` for a path that leads nowhere, `usage`
    ///   for a word that is neither, `inputInvalid` for a damaged record.
    public static func resolve(_ options: DepthModelOptions, for purpose: Purpose) throws -> ResolvedModel {
        if !options.model.isEmpty {
            let isPreview = options.model == ModelRegistry.fathomVideoTiny.name
            return isPreview ? try preview() : try ModelStore.standard().resolve(options.model)
        }
        guard let store = try? ModelStore.standard(),
            let entry = purpose.candidates.first(where: { store.path(of: $0) != nil })
        else { return try preview() }
        return try store.resolve(entry)
    }

    /// The weights inside the program, which need no models folder.
    private static func preview() throws -> ResolvedModel {
        try ModelStore(folder: "").resolve(ModelRegistry.fathomVideoTiny)
    }
}

extension ResolvedModel {
    /// What the numbers mean; a file of unknown name holds relative weights.
    public var output: ModelOutput { entry?.output ?? .relative }
}
