import CKernels
import FathomCore

/// A 3 × 3 convolution, stride 1, zero padding 1, by Winograd's algorithm F(4×4, 3×3) on strips of four rows.
package struct Convolution3: Sendable {
    /// Where the convolution reads.
    package enum Input: Sendable {
        case map(FeatureMap)
        /// max(0, map).
        case rectified(FeatureMap)
        /// The map resized bilinearly to this size, corners aligned, row by row as needed.
        case resized(FeatureMap, width: Int, height: Int)

        var size: (width: Int, height: Int, channels: Int) {
            switch self {
            case .map(let map), .rectified(let map): (map.width, map.height, map.channels)
            case .resized(let map, let width, let height): (width, height, map.channels)
            }
        }
    }

    package let inputs: Int
    package let outputs: Int
    private let panels: Buffer<Float>
    private let bias: Buffer<Float>?

    /// - Parameters:
    ///   - weights: row-major [outputs × inputs × 3 × 3].
    ///   - bias: one per output.
    /// - Precondition: inputs and outputs are multiples of 16.
    package init(weights: Buffer<Float>, bias: Buffer<Float>?, inputs: Int, outputs: Int) {
        precondition(inputs % 16 == 0 && outputs % 16 == 0, "channels come in multiples of 16")
        precondition(weights.count == inputs * outputs * 9, "weights have another shape")
        self.inputs = inputs
        self.outputs = outputs
        self.bias = bias.map(Linear.padded)
        var packed = Buffer<Float>(uninitialized: 36 * inputs * Linear.panelColumns(outputs))
        packed.withMutablePointer { packed in
            weights.withPointer { fathom_winograd_weights($0, inputs, outputs, packed) }
        }
        panels = packed
    }

    /// The convolved map, with up to two `residuals` (of the same size) added and negative values cut off where asked.
    package func apply(_ input: Input, relu: Bool = false, residuals: FeatureMap...) -> FeatureMap {
        let (width, height, _) = input.size
        var result = FeatureMap(uninitializedWidth: width, height: height, channels: outputs)
        let line = width * outputs
        withMutablePointers(&result) { target in
            forEachStrip(input, relu: relu, residuals: residuals) { y, rows, compute in compute(target + y * line) }
        }
        return result
    }

    /// Calls `body` for strips of up to four rows, several at a time: with the first row, the number of rows, and a closure
    /// that computes them into memory for rows × width × outputs floats.
    package func forEachStrip(
        _ input: Input, relu: Bool, residuals: [FeatureMap] = [],
        _ body: @Sendable (_ y: Int, _ rows: Int, _ compute: (UnsafeMutablePointer<Float>) -> Void) -> Void
    ) {
        let (width, height, channels) = input.size
        precondition(channels == inputs, "the map has \(channels) channels, not \(inputs)")
        let columns = (width + 3) / 4 * 4 + 2
        let padded = 6 * columns * inputs
        let work = fathom_winograd_scratch(inputs, outputs)
        ThreadPool.shared.parallelFor((height + 3) / 4) { strip in
            let y = strip * 4
            let rows = min(4, height - y)
            var scratch = Buffer<Float>(uninitialized: padded + work)
            scratch.withMutablePointer { scratch in
                body(y, rows) { output in
                    Self.pad(input, first: y - 1, columns: columns, into: scratch, scratch + padded)
                    withPointers(bias, residuals, panels) { bias, residuals, panels in
                        var epilogue = fathom_convolution_epilogue()
                        epilogue.bias = bias?.base
                        epilogue.residuals.0 = residuals.first.map { $0 + y * width * outputs }
                        epilogue.residuals.1 = residuals.dropFirst().first.map { $0 + y * width * outputs }
                        epilogue.relu = relu ? 1 : 0
                        fathom_winograd(
                            scratch, columns, inputs, panels.base, outputs, width, rows, &epilogue, output, scratch + padded)
                    }
                }
            }
        }
    }

    /// Six padded rows of the input.
    private static func pad(
        _ input: Input, first: Int, columns: Int, into rows: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        switch input {
        case .map(let map): map.withKernelMap { fathom_pad_rows($0, first, 6, columns, 0, rows) }
        case .rectified(let map): map.withKernelMap { fathom_pad_rows($0, first, 6, columns, 1, rows) }
        case .resized(let map, let width, let height):
            map.withKernelMap { fathom_pad_resized_rows($0, width, height, first, 6, columns, rows, scratch) }
        }
    }
}
