import CKernels
import FathomCore

/// A convolution in which each channel has a kernel of its own and sees no other channel; the result is cut to 0…6 (ReLU6), as
/// in MobileNet V2 (arXiv 1801.04381).
package struct DepthwiseConvolution: Sendable {
    private let kernel: Int
    private let stride: Int
    private let channels: Int
    /// [kernel · kernel, channels].
    private let weights: Buffer<Float>
    private let bias: Buffer<Float>

    /// - Parameters:
    ///   - weights: row-major [channels × 1 × kernel × kernel].
    ///   - bias: one per channel.
    ///   - kernel: 3 or 5; the map is padded with kernel / 2 zeros on all sides.
    ///   - stride: 1 or 2.
    package init(weights: Buffer<Float>, bias: Buffer<Float>, channels: Int, kernel: Int, stride: Int) {
        precondition([3, 5].contains(kernel) && [1, 2].contains(stride), "there is no kernel for this form")
        let taps = kernel * kernel
        precondition(weights.count == channels * taps && bias.count == channels, "weights have another shape")
        self.kernel = kernel
        self.stride = stride
        self.channels = channels
        self.bias = bias
        var ordered = Buffer<Float>(uninitialized: weights.count)
        ordered.withMutablePointer { ordered in
            weights.withPointer { weights in
                for channel in 0..<channels {
                    for tap in 0..<taps { ordered[tap * channels + channel] = weights[channel * taps + tap] }
                }
            }
        }
        self.weights = ordered
    }

    /// The convolved map: ⌈side / stride⌉ pixels a side.
    package func apply(to map: FeatureMap) -> FeatureMap {
        precondition(map.channels == channels, "the map has \(map.channels) channels, not \(channels)")
        let (width, height) = ((map.width + stride - 1) / stride, (map.height + stride - 1) / stride)
        var result = FeatureMap(uninitializedWidth: width, height: height, channels: channels)
        let line = width * channels
        withMutablePointers(&result) { target in
            withPointers(weights, bias) { weights, bias in
                ThreadPool.shared.parallelFor(height) { y in
                    map.withKernelMap { map in
                        fathom_depthwise_row(map, kernel, stride, weights.base, bias.base, width, y, target + y * line)
                    }
                }
            }
        }
        return result
    }
}
