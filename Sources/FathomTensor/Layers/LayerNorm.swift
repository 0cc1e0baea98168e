import CKernels
import FathomCore

/// Normalises each row to mean 0 and variance 1, then scales and shifts each column.
package struct LayerNorm: Sendable {
    private let weight: Buffer<Float>
    private let bias: Buffer<Float>
    private let epsilon: Float

    package init(weight: Buffer<Float>, bias: Buffer<Float>, epsilon: Float) {
        precondition(weight.count == bias.count && weight.count % 16 == 0, "a layer norm works on multiples of 16 columns")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    package var width: Int { weight.count }

    /// - Parameters:
    ///   - added: rows added to the result in turn, such as a table of positions; `period` of them.
    package func apply(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, added: UnsafePointer<Float>? = nil, period: Int = 1,
        into y: UnsafeMutablePointer<Float>, stride yStride: Int
    ) {
        withPointers(weight, bias) { weight, bias in
            fathom_layer_norm(x, stride, rows, width, weight.base, bias.base, epsilon, added, period, y, yStride)
        }
    }
}
