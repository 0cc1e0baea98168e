import FathomCore

/// A transposed convolution whose kernel equals its stride: each pixel becomes a square of `scale` × `scale` pixels.
package struct TransposedConvolution: Sendable {
    private let linear: Linear
    private let scale: Int
    package let outputs: Int

    /// - Parameters:
    ///   - weights: row-major [inputs × outputs × scale × scale].
    package init(
        weights: Buffer<Float>, bias: Buffer<Float>, inputs: Int, outputs: Int, scale: Int
    ) {
        self.scale = scale
        self.outputs = outputs
        let taps = scale * scale
        var rows = Buffer<Float>(uninitialized: weights.count)
        withMutablePointers(&rows) { rows in
            withPointers(weights) { weights in
                for input in 0..<inputs {
                    for output in 0..<outputs {
                        for tap in 0..<taps {
                            rows[(tap * outputs + output) * inputs + input] = weights[(input * outputs + output) * taps + tap]
                        }
                    }
                }
            }
        }
        let repeated = Buffer((0..<taps).flatMap { _ in bias.array })
        linear = Linear(weights: rows, bias: repeated, inputs: inputs, outputs: taps * outputs)
    }

    /// The map, `scale` times as wide and high.
    package func apply(to map: FeatureMap) -> FeatureMap {
        var result = FeatureMap(uninitializedWidth: map.width * scale, height: map.height * scale, channels: outputs)
        let line = result.width * outputs
        withMutablePointers(&result) { target in
            withPointers(map) { source in
                ThreadPool.shared.parallelFor(map.height) { y in
                    var squares = Buffer<Float>(uninitialized: map.width * linear.outputs)
                    squares.withMutablePointer { squares in
                        linear.apply(
                            source + y * map.width * map.channels, stride: map.channels, rows: map.width, into: squares,
                            stride: linear.outputs)
                        let run = scale * outputs
                        for dy in 0..<scale {
                            let row = target + (y * scale + dy) * line
                            for x in 0..<map.width {
                                (row + x * run).update(from: squares + x * linear.outputs + dy * run, count: run)
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
