import CKernels
import FathomCore

/// The arithmetic of the matrix products of a network's encoder; the head always computes in float32.
public enum Precision: String, Sendable, CaseIterable, OptionValue {
    /// Float32 throughout.
    case float32 = "f32"
    /// Operands rounded to bfloat16, sums in float32: about 2 to 3 significant digits per product.
    case bfloat16 = "bf16"
}

/// A linear layer y = x Wᵀ + b on rows of tokens, with its weights packed for `fathom_product`.
package struct Linear: Sendable {
    package enum Activation: Int32, Sendable {
        case none = 0
        case relu = 1
        case gelu = 2
        /// min(max(x, 0), 6).
        case relu6 = 3
    }

    private enum Panels: Sendable {
        case float32(Buffer<Float>)
        case bfloat16(Buffer<UInt16>)
    }

    package let inputs: Int
    package let outputs: Int
    private let panels: Panels
    /// Padded with zeros to whole panels.
    private let bias: Buffer<Float>?

    /// - Parameters:
    ///   - weights: row-major [outputs × inputs].
    ///   - bias: one per output.
    package init(
        weights: Buffer<Float>, bias: Buffer<Float>?, inputs: Int, outputs: Int, precision: Precision = .float32
    ) {
        precondition(weights.count == inputs * outputs && bias?.count ?? outputs == outputs, "weights have another shape")
        self.inputs = inputs
        self.outputs = outputs
        self.bias = bias.map(Self.padded)
        let columns = Self.panelColumns(outputs)
        panels = weights.withPointer { weights in
            switch precision {
            case .float32:
                var packed = Buffer<Float>(uninitialized: inputs * columns)
                packed.withMutablePointer { fathom_pack_panels(weights, inputs, outputs, 1, inputs, $0) }
                return .float32(packed)
            case .bfloat16:
                var packed = Buffer<UInt16>(uninitialized: (inputs + 1) / 2 * 2 * columns)
                packed.withMutablePointer { fathom_pack_panels_bf16(weights, inputs, outputs, 1, inputs, $0) }
                return .bfloat16(packed)
            }
        }
    }

    /// `count` rounded up to whole panels.
    package static func panelColumns(_ count: Int) -> Int {
        (count + Int(FATHOM_PANEL_COLUMNS) - 1) / Int(FATHOM_PANEL_COLUMNS) * Int(FATHOM_PANEL_COLUMNS)
    }

    /// `values` followed by zeros up to whole panels.
    package static func padded(_ values: Buffer<Float>) -> Buffer<Float> {
        Buffer(values.array + Array(repeating: 0, count: panelColumns(values.count) - values.count))
    }

    /// y = x Wᵀ, without the bias, on the calling thread.
    ///
    /// - Precondition: weights are float32.
    package func applyWithoutBias(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, into y: UnsafeMutablePointer<Float>, stride yStride: Int
    ) {
        guard case .float32(let panels) = panels else { preconditionFailure("weights are rounded") }
        var epilogue = fathom_epilogue()
        panels.withPointer { fathom_product(x, stride, $0, rows, outputs, inputs, y, yStride, &epilogue) }
    }

    /// Applies the layer to `rows` rows on the calling thread.
    ///
    /// - Parameters:
    ///   - x: rows of `inputs` floats, `stride` apart.
    ///   - columns: outputs to compute; starts at a multiple of a panel. They are written from `y`.
    ///   - residual: added after the activation; may be `y` itself.
    package func apply(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, columns: Range<Int>? = nil, into y: UnsafeMutablePointer<Float>,
        stride yStride: Int, activation: Activation = .none, residual: UnsafePointer<Float>? = nil, residualStride: Int = 0
    ) {
        let columns = columns ?? 0..<outputs
        var epilogue = fathom_epilogue()
        epilogue.residual = residual
        epilogue.residual_stride = residualStride
        epilogue.activation = activation.rawValue
        withPointers(bias) { bias in
            epilogue.bias = bias.map { $0 + columns.lowerBound }
            switch panels {
            case .float32(let panels):
                panels.withPointer {
                    fathom_product(
                        x, stride, $0 + columns.lowerBound * inputs, rows, columns.count, inputs, y, yStride, &epilogue)
                }
            case .bfloat16(let panels):
                let width = (inputs + 1) / 2 * 2
                withUnsafeTemporaryAllocation(of: UInt16.self, capacity: rows * width + 64) { rounded in
                    guard let rounded = rounded.baseAddress else { return }
                    for row in 0..<rows { fathom_round_bf16(x + row * stride, inputs, rounded + row * width) }
                    panels.withPointer {
                        fathom_product_bf16(
                            rounded, width, $0 + columns.lowerBound * width, rows, columns.count, inputs, y, yStride, &epilogue)
                    }
                }
            }
        }
    }
}
