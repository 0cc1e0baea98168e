import FathomCore
import FathomTensor
import Testing

/// Convolutions against their definition on odd sizes.
struct ConvolutionTests {
    private func map(_ name: String, _ width: Int, _ height: Int, _ channels: Int) -> FeatureMap {
        FeatureMap(
            width: width, height: height, channels: channels, values: KernelNumbers.make(name, width * height * channels))
    }

    /// Σ over taps and input channels, zero outside of the map.
    private func twin(
        _ x: FeatureMap, _ w: Buffer<Float>, _ b: Buffer<Float>, outputs: Int, kernel: Int, stride: Int, padding: Int
    ) -> [Double] {
        let width = (x.width + 2 * padding - kernel) / stride + 1
        let height = (x.height + 2 * padding - kernel) / stride + 1
        let inputs = x.channels
        var result: [Double] = []
        for y in 0..<height {
            for column in 0..<width {
                for output in 0..<outputs {
                    var sum = Double(b[output])
                    for tap in 0..<kernel * kernel {
                        let (sy, sx) = (y * stride - padding + tap / kernel, column * stride - padding + tap % kernel)
                        guard sy >= 0, sy < x.height, sx >= 0, sx < x.width else { continue }
                        for input in 0..<inputs {
                            sum +=
                                Double(x.values[(sy * x.width + sx) * inputs + input])
                                * Double(w[(output * inputs + input) * kernel * kernel + tap])
                        }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    @Test(arguments: [(1, 1, 16, 16), (3, 9, 16, 32), (13, 6, 48, 16), (101, 5, 32, 48)])
    func threeByThree(_ size: (width: Int, height: Int, inputs: Int, outputs: Int)) {
        let x = map("x", size.width, size.height, size.inputs)
        let w = KernelNumbers.make("w", size.inputs * size.outputs * 9)
        let b = KernelNumbers.make("b", size.outputs)
        let layer = Convolution3(weights: w, bias: b, inputs: size.inputs, outputs: size.outputs)
        let plain = twin(x, w, b, outputs: size.outputs, kernel: 3, stride: 1, padding: 1)
        // Winograd's transformations cost about one digit.
        #expect(KernelNumbers.distance(layer.apply(.map(x)).values, plain) < 2e-5)

        let (one, two) = (map("1", size.width, size.height, size.outputs), map("2", size.width, size.height, size.outputs))
        let added = plain.indices.map { max(0, plain[$0] + Double(one.values[$0]) + Double(two.values[$0])) }
        #expect(KernelNumbers.distance(layer.apply(.map(x), relu: true, residuals: one, two).values, added) < 2e-5)

        var positive = x
        for index in 0..<x.values.count { positive.values[index] = max(0, x.values[index]) }
        #expect(layer.apply(.rectified(x)).values == layer.apply(.map(positive)).values)
    }

    @Test func readingAResizedMap() {
        let x = map("x", 7, 5, 16)
        let layer = Convolution3(
            weights: KernelNumbers.make("w", 16 * 16 * 9), bias: nil, inputs: 16, outputs: 16)
        let resized = x.resizedAligned(width: 19, height: 11)
        #expect(layer.apply(.resized(x, width: 19, height: 11)).values == layer.apply(.map(resized)).values)
    }

    @Test(arguments: [(3, 2, 1, 3), (3, 2, 1, 20), (14, 14, 0, 3)])
    func strided(_ form: (kernel: Int, stride: Int, padding: Int, inputs: Int)) {
        let x = map("x", 29, 31, form.inputs)
        let w = KernelNumbers.make("w", 24 * form.inputs * form.kernel * form.kernel)
        let b = KernelNumbers.make("b", 24)
        let layer = StridedConvolution(
            weights: w, bias: b, inputs: form.inputs, outputs: 24, kernel: form.kernel, stride: form.stride,
            padding: form.padding)
        let wanted = twin(x, w, b, outputs: 24, kernel: form.kernel, stride: form.stride, padding: form.padding)
        #expect(KernelNumbers.distance(layer.apply(to: x).values, wanted) < 2e-6)
    }

    @Test func transposed() {
        let (x, scale, outputs) = (map("x", 5, 3, 16), 4, 20)
        let w = KernelNumbers.make("w", 16 * outputs * scale * scale)
        let b = KernelNumbers.make("b", outputs)
        let result = TransposedConvolution(weights: w, bias: b, inputs: 16, outputs: outputs, scale: scale).apply(to: x)
        #expect(result.width == 20 && result.height == 12)
        let wanted = (0..<result.values.count).map { index -> Double in
            let (pixel, output) = (index / outputs, index % outputs)
            let (px, py) = (pixel % result.width, pixel / result.width)
            return (0..<16).reduce(Double(b[output])) { sum, input in
                let value = Double(x.values[(py / scale * x.width + px / scale) * 16 + input])
                return sum + value * Double(w[((input * outputs + output) * scale + py % scale) * scale + px % scale])
            }
        }
        #expect(KernelNumbers.distance(result.values, wanted) < 2e-6)
    }

    @Test(arguments: [(1, 1), (4, 9), (23, 17)]) func cornersAligned(_ size: (width: Int, height: Int)) {
        let x = map("x", 6, 4, 3)
        let wanted = (0..<size.width * size.height * 3).map { index -> Double in
            let (pixel, channel) = (index / 3, index % 3)
            func source(_ at: Int, _ from: Int, _ to: Int) -> (Int, Double) {
                let position = to > 1 ? Double(at) * Double(from - 1) / Double(to - 1) : 0
                let lower = min(Int(position), max(from - 2, 0))
                return (lower, position - Double(lower))
            }
            let (sx, fx) = source(pixel % size.width, 6, size.width)
            let (sy, fy) = source(pixel / size.width, 4, size.height)
            func value(_ dx: Int, _ dy: Int) -> Double { Double(x.values[((sy + dy) * 6 + sx + dx) * 3 + channel]) }
            return (value(0, 0) * (1 - fx) + value(1, 0) * fx) * (1 - fy) + (value(0, 1) * (1 - fx) + value(1, 1) * fx) * fy
        }
        #expect(KernelNumbers.distance(x.resizedAligned(width: size.width, height: size.height).values, wanted) < 1e-5)
    }
}
