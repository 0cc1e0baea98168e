import FathomCore
import FathomTensor
import Testing

/// Depthwise convolutions against their definition, on odd sizes and numbers of channels that fill no vector.
struct DepthwiseConvolutionTests {
    @Test(
        arguments: [(1, 1, 16), (2, 3, 7), (5, 4, 24), (13, 6, 33), (19, 9, 48), (8, 11, 144)], [(3, 1), (3, 2), (5, 1), (5, 2)])
    func equalsItsDefinition(
        _ size: (width: Int, height: Int, channels: Int), _ form: (kernel: Int, stride: Int)
    ) {
        let (width, height, channels) = size
        let (kernel, stride) = form
        let x = KernelNumbers.make("x", width * height * channels, in: -2...6)
        let w = KernelNumbers.make("w", channels * kernel * kernel)
        let b = KernelNumbers.make("b", channels)
        let layer = DepthwiseConvolution(weights: w, bias: b, channels: channels, kernel: kernel, stride: stride)
        let result = layer.apply(to: FeatureMap(width: width, height: height, channels: channels, values: x))
        #expect(result.width == (width + stride - 1) / stride && result.height == (height + stride - 1) / stride)

        var twin: [Double] = []
        for y in 0..<result.height {
            for column in 0..<result.width {
                for channel in 0..<channels {
                    var sum = Double(b[channel])
                    for tap in 0..<kernel * kernel {
                        let sy = y * stride - kernel / 2 + tap / kernel
                        let sx = column * stride - kernel / 2 + tap % kernel
                        guard sy >= 0, sy < height, sx >= 0, sx < width else { continue }
                        sum += Double(x[(sy * width + sx) * channels + channel]) * Double(w[channel * kernel * kernel + tap])
                    }
                    twin.append(min(max(sum, 0), 6))
                }
            }
        }
        #expect(KernelNumbers.distance(result.values, twin) < 2e-6)
        // Both bounds are met, where there are enough numbers.
        if twin.count > 500 { #expect(result.values.array.min() == 0 && result.values.array.max() == 6) }
    }

    /// ReLU6 after a linear layer, and a map added on top.
    @Test func linearEpilogue() {
        let (pixels, inputs, outputs) = (7, 24, 40)
        let x = FeatureMap(
            width: pixels, height: 1, channels: inputs, values: KernelNumbers.make("x", pixels * inputs, in: -3...3))
        let w = KernelNumbers.make("w", inputs * outputs)
        let b = KernelNumbers.make("b", outputs)
        let added = FeatureMap(width: pixels, height: 1, channels: outputs, values: KernelNumbers.make("r", pixels * outputs))
        let result = Linear(weights: w, bias: b, inputs: inputs, outputs: outputs)
            .apply(to: x, activation: .relu6, residual: added)
        let twin = (0..<pixels * outputs).map { index -> Double in
            let (pixel, output) = (index / outputs, index % outputs)
            let sum = (0..<inputs).reduce(Double(b[output])) {
                $0 + Double(x.values[pixel * inputs + $1]) * Double(w[output * inputs + $1])
            }
            return min(max(sum, 0), 6) + Double(added.values[index])
        }
        #expect(KernelNumbers.distance(result.values, twin) < 2e-6)
    }
}
