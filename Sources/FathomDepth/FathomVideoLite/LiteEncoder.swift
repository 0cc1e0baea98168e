import FathomCore
import FathomTensor

/// The convolutional encoder of fathom-video-lite, that of EfficientNet-Lite0 (arXiv 1905.11946 without squeeze and excitation)
/// without its classifier: maps at 1/2, 1/4, 1/8, 1/16 and 1/32 of the image's size.
struct LiteEncoder: Sendable {
    /// Channels of the first map, at half the image's size.
    static let stem = 32
    /// (repetitions, kernel, stride of the first, widening, outputs).
    private static let stages = [
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    ]
    /// The sixteen blocks.
    static let blocks: [InvertedResidual.Form] = {
        var forms: [InvertedResidual.Form] = []
        var inputs = stem
        for (count, kernel, stride, widening, outputs) in stages {
            for index in 0..<count {
                forms.append(
                    .init(
                        kernel: kernel, stride: index == 0 ? stride : 1, inputs: inputs, hidden: inputs * widening,
                        outputs: outputs))
                inputs = outputs
            }
        }
        return forms
    }()
    /// Blocks whose output the head uses, finest first.
    private static let taps = [0, 2, 4, 10, 15]
    /// Channels of the five maps.
    static let widths = taps.map { blocks[$0].outputs }

    private let start: StridedConvolution
    private let blocks: [InvertedResidual]
    private let context: Linear

    init(_ weights: WeightReader) throws {
        start = try weights.stridedConvolution("stem", inputs: 3, outputs: Self.stem, kernel: 3, stride: 2, padding: 1)
        blocks = try Self.blocks.enumerated().map { try InvertedResidual(weights.inside("blocks.\($0)"), $1) }
        context = try weights.linear("ctx", inputs: Self.widths[4], outputs: Self.widths[4])
    }

    /// The five maps of a normalised image, finest first.
    func callAsFunction(_ image: FeatureMap) -> [FeatureMap] {
        var x = start.apply(to: image, activation: .relu6)
        var maps: [FeatureMap] = []
        for (index, block) in blocks.enumerated() {
            x = block(x)
            if Self.taps.contains(index) { maps.append(x) }
        }
        maps[4] = addingContext(to: x)
        return maps
    }

    /// Adds a linear function of the mean over all pixels to every pixel.
    private func addingContext(to map: FeatureMap) -> FeatureMap {
        let channels = map.channels
        var sums = [Double](repeating: 0, count: channels)
        for pixel in 0..<map.pixelCount {
            for channel in 0..<channels { sums[channel] += Double(map.values[pixel * channels + channel]) }
        }
        let mean = Buffer(sums.map { Float($0 / Double(map.pixelCount)) })
        let added = context.apply(to: FeatureMap(width: 1, height: 1, channels: channels, values: mean)).values
        var result = map
        result.values.withMutablePointer { values in
            for pixel in 0..<map.pixelCount {
                for channel in 0..<channels { values[pixel * channels + channel] += added[channel] }
            }
        }
        return result
    }
}
