import CKernels
import FathomCore
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// The last convolutions of the head: the finest map, twice enlarged, becomes one value per pixel.
struct DepthOutput: Sendable {
    /// What bounds the values.
    enum Activation: Sendable {
        /// max(0, x): relative inverse depth, or metric depth of Video Depth Anything.
        case relu
        /// `maximum` / (1 + exp(−x)): metric depth of Depth Anything V2.
        case sigmoid(maximum: Float)
    }

    private let first: Convolution3
    private let second: Convolution3
    private let weights: Buffer<Float>
    private let bias: Float
    private let activation: Activation

    /// - Parameter hidden: channels between the last two convolutions.
    init(_ weights: WeightReader, features: Int, hidden: Int = 32, activation: Activation) throws {
        first = try weights.convolution3("output_conv1", inputs: features, outputs: features / 2)
        second = try weights.convolution3("output_conv2.0", inputs: features / 2, outputs: hidden)
        self.weights = try weights.floats("output_conv2.2.weight")
        bias = try weights.floats("output_conv2.2.bias")[0]
        self.activation = activation
    }

    /// - Parameters:
    ///   - path: the finest map; it is enlarged twofold before the first convolution.
    ///   - skip: what is added to the first convolution's result, of its size.
    ///   - width: size of the result, to which the second convolution's input is resized.
    func callAsFunction(_ path: FeatureMap, adding skip: FeatureMap? = nil, width: Int, height: Int) -> FeatureMap {
        let enlarged = Convolution3.Input.resized(path, width: 2 * path.width, height: 2 * path.height)
        let middle = skip.map { first.apply(enlarged, residuals: $0) } ?? first.apply(enlarged)
        var result = FeatureMap(uninitializedWidth: width, height: height, channels: 1)
        let channels = second.outputs
        withMutablePointers(&result) { target in
            second.forEachStrip(.resized(middle, width: width, height: height), relu: true) { y, rows, compute in
                var strip = Buffer<Float>(uninitialized: rows * width * channels)
                strip.withMutablePointer { strip in
                    compute(strip)
                    let line = target + y * width
                    weights.withPointer { fathom_channel_sum(strip, rows * width, channels, $0, bias, line) }
                    activate(line, count: rows * width)
                }
            }
        }
        return result
    }

    private func activate(_ values: UnsafeMutablePointer<Float>, count: Int) {
        switch activation {
        case .relu: for index in 0..<count { values[index] = max(values[index], 0) }
        case .sigmoid(let maximum): for index in 0..<count { values[index] = maximum / (1 + expf(-values[index])) }
        }
    }
}
