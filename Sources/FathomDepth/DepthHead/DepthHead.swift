import FathomCore
import FathomTensor

/// The dense prediction head of Depth Anything V2 in steps, so that temporal modules can stand between them.
///
/// Sizes for a grid of h × w patches: level 1 is 4h × 4w, level 2 2h × 2w, level 3 h × w, level 4 ⌈h/2⌉ × ⌈w/2⌉; the output
/// is 14h × 14w.
struct DepthHead: Sendable {
    /// The four levels of one frame as they are kept: levels 1 and 2 before they are enlarged, at h × w.
    struct Levels: Sendable {
        var compact1: FeatureMap
        var compact2: FeatureMap
        var level3: FeatureMap
        var level4: FeatureMap
    }

    private let projects: [Linear]
    private let enlarge1: TransposedConvolution
    private let enlarge2: TransposedConvolution
    private let shrink4: StridedConvolution
    private let even: [Convolution3]
    private let fusion: [FusionBlock]
    private let output: DepthOutput

    init(_ weights: WeightReader, size: EncoderSize, activation: DepthOutput.Activation) throws {
        let f = size.features
        let levels = size.levels
        projects = try levels.enumerated().map {
            try weights.linear("projects.\($0)", inputs: size.width, outputs: $1)
        }
        enlarge1 = try weights.transposedConvolution("resize_layers.0", inputs: levels[0], outputs: levels[0], scale: 4)
        enlarge2 = try weights.transposedConvolution("resize_layers.1", inputs: levels[1], outputs: levels[1], scale: 2)
        shrink4 = try weights.stridedConvolution(
            "resize_layers.3", inputs: levels[3], outputs: levels[3], kernel: 3, stride: 2, padding: 1)
        let scratch = weights.inside("scratch")
        even = try levels.enumerated().map {
            try scratch.convolution3("layer\($0 + 1)_rn", inputs: $1, outputs: f, hasBias: false)
        }
        fusion = try (1...4).map { try FusionBlock(scratch.inside("refinenet\($0)"), features: f, hasLateral: $0 < 4) }
        output = try DepthOutput(scratch, features: f, activation: activation)
    }

    /// Brings the four tapped token maps to the channels of the levels.
    func levels(_ taps: [FeatureMap]) -> Levels {
        Levels(
            compact1: projects[0].apply(to: taps[0]), compact2: projects[1].apply(to: taps[1]),
            level3: projects[2].apply(to: taps[2]), level4: shrink4.apply(to: projects[3].apply(to: taps[3])))
    }

    /// Level 3 with the channels of the head, and the coarsest fusion, both h × w.
    func coarse(level3: FeatureMap, level4: FeatureMap) -> (level3: FeatureMap, path4: FeatureMap) {
        let path4 = fusion[3](even[3].apply(.map(level4)))
        return (even[2].apply(.map(level3)), path4.resizedAligned(width: level3.width, height: level3.height))
    }

    /// The fusion at 2h × 2w.
    func middle(path4: FeatureMap, level3: FeatureMap) -> FeatureMap {
        fusion[2](path4, level3).resizedAligned(width: 2 * level3.width, height: 2 * level3.height)
    }

    /// Depth, 14h × 14w.
    func fine(path3: FeatureMap, compact1: FeatureMap, compact2: FeatureMap) -> FeatureMap {
        let level2 = even[1].apply(.map(enlarge2.apply(to: compact2)))
        let path2 = fusion[1](path3, level2).resizedAligned(width: 4 * compact1.width, height: 4 * compact1.height)
        let level1 = even[0].apply(.map(enlarge1.apply(to: compact1)))
        let path1 = fusion[0](path2, level1)
        return output(path1, width: 14 * compact1.width, height: 14 * compact1.height)
    }

    /// All steps for one image.
    func callAsFunction(_ taps: [FeatureMap]) -> FeatureMap {
        let levels = levels(taps)
        let (level3, path4) = coarse(level3: levels.level3, level4: levels.level4)
        return fine(path3: middle(path4: path4, level3: level3), compact1: levels.compact1, compact2: levels.compact2)
    }
}
