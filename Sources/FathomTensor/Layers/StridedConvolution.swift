import FathomCore

/// A convolution of any square kernel and stride with zero padding: patches become rows, then one product.
package struct StridedConvolution: Sendable {
    private let linear: Linear
    package let inputs: Int
    package var outputs: Int { linear.outputs }
    private let kernel: Int
    private let stride: Int
    private let padding: Int

    /// - Parameters:
    ///   - weights: row-major [outputs × inputs × kernel × kernel].
    package init(
        weights: Buffer<Float>, bias: Buffer<Float>?, inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int
    ) {
        self.inputs = inputs
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        let taps = kernel * kernel
        // Rows of patches are ordered y, x, channel.
        var ordered = Buffer<Float>(uninitialized: weights.count)
        withMutablePointers(&ordered) { ordered in
            withPointers(weights) { weights in
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        for tap in 0..<taps {
                            ordered[(output * taps + tap) * inputs + input] = weights[(output * inputs + input) * taps + tap]
                        }
                    }
                }
            }
        }
        linear = Linear(weights: ordered, bias: bias, inputs: inputs * taps, outputs: outputs)
    }

    /// The convolved map: ⌊(side + 2 · padding − kernel) / stride⌋ + 1 pixels a side.
    package func apply(to map: FeatureMap, activation: Linear.Activation = .none) -> FeatureMap {
        let width = (map.width + 2 * padding - kernel) / stride + 1
        let height = (map.height + 2 * padding - kernel) / stride + 1
        var result = FeatureMap(uninitializedWidth: width, height: height, channels: outputs)
        let length = linear.inputs
        precondition(map.channels == inputs, "the map has \(map.channels) channels, not \(inputs)")
        withMutablePointers(&result) { target in
            withPointers(map) { source in
                ThreadPool.shared.parallelFor(width * height, grain: Linear.tileRows) { pixels in
                    var patches = Buffer<Float>(uninitialized: pixels.count * length)
                    patches.withMutablePointer { patches in
                        for (row, pixel) in pixels.enumerated() {
                            gather(
                                source.base, map, x: pixel % width * stride - padding, y: pixel / width * stride - padding,
                                into: patches + row * length)
                        }
                        linear.apply(
                            patches, stride: length, rows: pixels.count, into: target + pixels.lowerBound * outputs,
                            stride: outputs, activation: activation)
                    }
                }
            }
        }
        return result
    }

    /// The patch whose first pixel is (x, y), zero outside of the map.
    private func gather(
        _ source: UnsafePointer<Float>, _ map: FeatureMap, x: Int, y: Int, into patch: UnsafeMutablePointer<Float>
    ) {
        for dy in 0..<kernel {
            let row = patch + dy * kernel * inputs
            guard y + dy >= 0 && y + dy < map.height else {
                row.update(repeating: 0, count: kernel * inputs)
                continue
            }
            let first = max(0, -x)
            let end = max(first, min(kernel, map.width - x))
            row.update(repeating: 0, count: first * inputs)
            if end > first {
                (row + first * inputs).update(
                    from: source + ((y + dy) * map.width + x + first) * inputs, count: (end - first) * inputs)
            }
            (row + end * inputs).update(repeating: 0, count: (kernel - end) * inputs)
        }
    }
}
