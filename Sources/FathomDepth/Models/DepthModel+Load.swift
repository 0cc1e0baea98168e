import FathomCore
import FathomMedia
import FathomModels
import FathomTensor

extension DepthModel {
    /// Loads the weights that `options` ask for; see `resolve`.
    ///
    /// - Throws: as `resolve`; `inputInvalid` for weights that are damaged or of no known network, `io`.
    public static func load(_ options: DepthModelOptions, for purpose: Purpose) throws -> DepthModel {
        let found = try resolve(options, for: purpose)
        let weights: any WeightSource
        let digest: Digest
        let source: String
        switch found.location {
        case .file(let path):
            let checkpoint = try Checkpoint(path: path)
            weights = try HuggingFaceDepthAnything(checkpoint) ?? checkpoint
            digest = try Digest(ofFile: path)
            source = found.record?.source ?? path
        case .embedded:
            weights = try Checkpoint(bytes: EmbeddedWeights.fathomVideoTiny, name: ModelRegistry.fathomVideoTiny.name)
            digest = EmbeddedWeights.fathomVideoTinyDigest
            source = "embedded"
        }
        return DepthModel(
            network: try network(weights, found.output, options), name: found.entry?.name ?? weights.label.pathStem,
            output: found.output, digest: digest, license: found.license, source: source)
    }

    /// The network that the names and shapes of `weights` belong to.
    private static func network(
        _ weights: any WeightSource, _ output: ModelOutput, _ options: DepthModelOptions
    ) throws -> Network {
        let shapes = weights.shapes
        if shapes["pretrained.stem.0.weight"] != nil {
            guard options.precision == .float32 else {
                throw FathomError(.usage, "fathom-video-tiny computes in f32 only", remedy: "leave --precision out")
            }
            let weights = try StrictWeights(weights, expected: FathomVideoTiny.shapes)
            return .video(try FathomVideoTiny(weights: weights, inputSize: options.inputSize ?? 112))
        }
        let width = shapes["pretrained.cls_token"]?.last
        guard let size = EncoderSize.allCases.first(where: { $0.width == width }) else {
            throw FathomError(
                .inputInvalid, "holds weights of no known depth network",
                remedy: "known are Depth Anything V2, Video Depth Anything and fathom-video-tiny", at: weights.label)
        }
        let inputSize = options.inputSize ?? 518
        if shapes.keys.contains(where: { $0.hasPrefix("head.motion_modules.") }) {
            let weights = try strict(weights, size.videoShapes)
            try TemporalModule.checkPositions(of: weights)
            return .video(
                try VideoDepthAnything(weights: weights, size: size, inputSize: inputSize, precision: options.precision))
        }
        var maximum: Double?
        if case .metric(let most) = output { maximum = most }
        let network = try DepthAnything(
            weights: strict(weights, size.imageShapes), size: size, maximumDepth: maximum, precision: options.precision)
        return .image(DepthAnythingImages(network: network, inputSize: inputSize))
    }

    /// Checks names and shapes; tables that follow from a formula and parameters that are never used may be missing.
    private static func strict(_ weights: any WeightSource, _ shapes: [String: [Int]]) throws -> StrictWeights {
        let optional = shapes.filter { key, _ in
            key.hasSuffix(".pe") || key == "pretrained.mask_token" || key.contains(".refinenet4.resConfUnit1.")
        }
        return try StrictWeights(weights, expected: shapes.filter { optional[$0.key] == nil }, optional: optional)
    }
}

/// Depth Anything V2 with the size of its input.
private struct DepthAnythingImages: ImageDepthNetwork {
    let network: DepthAnything
    let inputSize: Int

    func depth(of image: Raster<UInt8>) -> Raster<Float> { network.depth(of: image, inputSize: inputSize) }
}
