import FathomCore

/// Makes layers from named weights; names are those of the published checkpoints.
package struct WeightReader {
    private let source: any WeightSource
    private let prefix: String
    package let precision: Precision

    package init(_ source: any WeightSource, prefix: String = "", precision: Precision = .float32) {
        self.source = source
        self.prefix = prefix
        self.precision = precision
    }

    /// A reader of the arrays whose names continue with `name`.
    package func inside(_ name: String) -> WeightReader {
        WeightReader(source, prefix: prefix + name + ".", precision: precision)
    }

    package func floats(_ name: String) throws -> Buffer<Float> {
        try Interrupt.check()
        return try source.floats(prefix + name)
    }

    /// A linear layer or 1 × 1 convolution.
    ///
    /// - Parameter gains: factors of the outputs, folded into weights and bias.
    package func linear(
        _ name: String, inputs: Int, outputs: Int, hasBias: Bool = true, gains: Buffer<Float>? = nil
    ) throws -> Linear {
        var weights = try floats(name + ".weight")
        var bias = hasBias ? try floats(name + ".bias") : nil
        if let gains {
            weights.withMutablePointer { weights in
                for row in 0..<outputs {
                    for column in 0..<inputs { weights[row * inputs + column] *= gains[row] }
                }
            }
            bias?.withMutablePointer { bias in for row in 0..<outputs { bias[row] *= gains[row] } }
        }
        return Linear(
            weights: weights, bias: bias, inputs: inputs, outputs: outputs, precision: precision)
    }

    package func layerNorm(_ name: String, epsilon: Float) throws -> LayerNorm {
        LayerNorm(weight: try floats(name + ".weight"), bias: try floats(name + ".bias"), epsilon: epsilon)
    }

    package func convolution3(_ name: String, inputs: Int, outputs: Int, hasBias: Bool = true) throws -> Convolution3 {
        Convolution3(
            weights: try floats(name + ".weight"), bias: hasBias ? try floats(name + ".bias") : nil, inputs: inputs,
            outputs: outputs)
    }

    package func stridedConvolution(
        _ name: String, inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int
    ) throws -> StridedConvolution {
        StridedConvolution(
            weights: try floats(name + ".weight"), bias: try floats(name + ".bias"), inputs: inputs, outputs: outputs,
            kernel: kernel, stride: stride, padding: padding)
    }

    package func depthwiseConvolution(
        _ name: String, channels: Int, kernel: Int, stride: Int
    ) throws -> DepthwiseConvolution {
        DepthwiseConvolution(
            weights: try floats(name + ".weight"), bias: try floats(name + ".bias"), channels: channels, kernel: kernel,
            stride: stride)
    }

    package func transposedConvolution(
        _ name: String, inputs: Int, outputs: Int, scale: Int
    ) throws -> TransposedConvolution {
        TransposedConvolution(
            weights: try floats(name + ".weight"), bias: try floats(name + ".bias"), inputs: inputs, outputs: outputs,
            scale: scale)
    }
}
