import CKernels
import FathomCore
import FathomTensor

/// A layer of an `MLPField`, its weights laid out for products in both directions.
struct MLPLayer: Sendable {
    let inputs: Int
    let outputs: Int
    /// Where the layer's weights start among all; its biases follow them.
    let first: Int
    private let forward: Linear
    private let transposed: Buffer<Float>

    init(_ weights: Buffer<Float>, first: Int, inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        self.first = first
        let all = weights.array
        let own = Buffer(Array(all[first..<first + inputs * outputs]))
        forward = Linear(
            weights: own, bias: Buffer(Array(all[first + inputs * outputs..<first + outputs * (inputs + 1)])), inputs: inputs,
            outputs: outputs)
        var panels = Buffer<Float>(uninitialized: outputs * Linear.panelColumns(inputs))
        withPointers(own) { own in
            panels.withMutablePointer { fathom_pack_panels(own.base, outputs, inputs, inputs, 1, $0) }
        }
        transposed = panels
    }

    /// y = W x + b for rows of points.
    func apply(
        _ x: UnsafePointer<Float>, _ stride: Int, rows: Int, into y: UnsafeMutablePointer<Float>, _ yStride: Int,
        activation: Linear.Activation
    ) {
        forward.apply(x, stride: stride, rows: rows, into: y, stride: yStride, activation: activation)
    }

    /// y = W x, for what changes along a direction.
    func applyLinear(
        _ x: UnsafePointer<Float>, _ stride: Int, rows: Int, into y: UnsafeMutablePointer<Float>, _ yStride: Int
    ) {
        forward.applyWithoutBias(x, stride: stride, rows: rows, into: y, stride: yStride)
    }

    /// x̄ = Wᵀ ȳ for rows of points.
    func applyTransposed(
        _ y: UnsafePointer<Float>, _ stride: Int, rows: Int, into x: UnsafeMutablePointer<Float>, _ xStride: Int
    ) {
        var epilogue = fathom_epilogue()
        transposed.withPointer { fathom_product(y, stride, $0, rows, inputs, outputs, x, xStride, &epilogue) }
    }

    /// Adds ȳᵀ x to the gradient of the weights, and the sums of ȳ to that of the biases.
    func accumulate(
        _ y: UnsafePointer<Float>, _ yStride: Int, _ x: UnsafePointer<Float>, _ xStride: Int, rows: Int, addingBiases: Bool,
        into gradient: UnsafeMutablePointer<Float>
    ) {
        let weights = gradient + first
        withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs * rows + rows * Linear.panelColumns(inputs)) { memory in
            guard let columns = memory.baseAddress else { return }
            let panels = columns + outputs * rows
            for row in 0..<rows {
                for output in 0..<outputs { columns[output * rows + row] = y[row * yStride + output] }
            }
            fathom_pack_panels(x, rows, inputs, xStride, 1, panels)
            var epilogue = fathom_epilogue()
            epilogue.accumulate = 1
            fathom_product(columns, rows, panels, outputs, inputs, rows, weights, inputs, &epilogue)
        }
        guard addingBiases else { return }
        let biases = weights + inputs * outputs
        for row in 0..<rows {
            for output in 0..<outputs { biases[output] += y[row * yStride + output] }
        }
    }
}
