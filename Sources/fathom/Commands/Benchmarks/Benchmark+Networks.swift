import FathomCore
import FathomDepth
import FathomModels
import FathomTensor

/// Depth networks of the small size with generated weights, as many frames per second as a user gets after decoding.
extension Benchmark {
    /// A size of the network's input with the operations it takes (spec: counted, without savings), in Gflop.
    private struct Input {
        var suffix: String
        var width: Int
        var height: Int
        /// Encoder, head, and of the latter what the temporal modules take, per frame.
        var encoder: Double
        var head: Double
        var temporal: Double
    }

    private static let inputs = [
        Input(suffix: "", width: 518, height: 518, encoder: 93.4, head: 27.9, temporal: 6.02),
        Input(suffix: "-504x280", width: 504, height: 280, encoder: 40.5, head: 14.6, temporal: 3.1),
    ]

    static let networks = inputs.flatMap { input in
        Precision.allCases.flatMap { [image(input, $0), video(input, $0)] }
    }

    private static func name(_ base: String, _ input: Input, _ precision: Precision) -> String {
        base + input.suffix + (precision == .float32 ? "" : "-\(precision.rawValue)")
    }

    /// Depth Anything V2 on one prepared image.
    private static func image(_ input: Input, _ precision: Precision) -> Benchmark {
        Benchmark(
            name: name("dav2", input, precision), unit: "frames", work: 1,
            operations: (input.encoder + input.head - input.temporal) * 1e9, precision: precision
        ) {
            let weights = GeneratedWeights(shapes: EncoderSize.small.imageShapes)
            let network = try DepthAnything(weights: weights, size: .small, precision: precision)
            let image = picture(input)
            return { _ = network(image) }
        }
    }

    /// A window of Video Depth Anything in the middle of a video: 22 new frames are encoded, 32 decoded, 22 delivered.
    private static func video(_ input: Input, _ precision: Precision) -> Benchmark {
        let (new, window) = (22, 32)
        return Benchmark(
            name: name("vda", input, precision), unit: "frames", work: Double(new),
            operations: (Double(new) * input.encoder + Double(window) * input.head) * 1e9, precision: precision
        ) {
            let weights = GeneratedWeights(shapes: EncoderSize.small.videoShapes)
            let network = try VideoDepthAnything(weights: weights, size: .small, precision: precision)
            let image = picture(input)
            let old = network.encode(image)
            return {
                let frames = (0..<new).map { _ in network.encode(image) }
                try network.decode(Array(repeating: old, count: window - new) + frames) { _, _ in }
            }
        }
    }

    private static func picture(_ input: Input) -> FeatureMap {
        let count = input.width * input.height * 3
        return FeatureMap(
            width: input.width, height: input.height, channels: 3,
            values: GeneratedWeights.inputs("benchmark", count: count, in: -2...2))
    }
}
