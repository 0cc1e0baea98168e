import FathomCore
import FathomTensor
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Packed matrix products against three loops.
struct LinearTests {
    /// Rows, inputs, outputs: odd sizes, several passes over the depth, part of a panel.
    private static let shapes = [(1, 1, 1), (5, 7, 33), (12, 64, 32), (13, 600, 50), (25, 513, 96), (48, 1536, 40)]

    private func twin(
        _ x: Buffer<Float>, _ w: Buffer<Float>, _ b: Buffer<Float>, rows: Int, inputs: Int, outputs: Int,
        _ activation: Linear.Activation, _ residual: Buffer<Float>
    ) -> [Double] {
        (0..<rows * outputs).map { index in
            let (row, output) = (index / outputs, index % outputs)
            var sum = Double(b[output])
            for i in 0..<inputs { sum += Double(x[row * inputs + i]) * Double(w[output * inputs + i]) }
            switch activation {
            case .none: break
            case .relu: sum = max(sum, 0)
            case .gelu: sum *= 0.5 * erfc(-sum / 2.0.squareRoot())
            case .relu6: sum = min(max(sum, 0), 6)
            }
            return sum + Double(residual[index])
        }
    }

    @Test(arguments: shapes, [Linear.Activation.none, .relu, .gelu, .relu6])
    func float32(_ shape: (Int, Int, Int), _ activation: Linear.Activation) {
        let (rows, inputs, outputs) = shape
        let x = KernelNumbers.make("x", rows * inputs)
        let w = KernelNumbers.make("w", inputs * outputs)
        let b = KernelNumbers.make("b", outputs)
        let residual = KernelNumbers.make("r", rows * outputs)
        let layer = Linear(weights: w, bias: b, inputs: inputs, outputs: outputs)
        var y = Buffer<Float>(repeating: .nan, count: rows * outputs)
        y.withMutablePointer { y in
            x.withPointer { x in
                residual.withPointer {
                    layer.apply(
                        x, stride: inputs, rows: rows, into: y, stride: outputs, activation: activation, residual: $0,
                        residualStride: outputs)
                }
            }
        }
        let wanted = twin(x, w, b, rows: rows, inputs: inputs, outputs: outputs, activation, residual)
        // What relu6 cuts off no longer counts in the scale that errors are measured by.
        #expect(KernelNumbers.distance(y, wanted) < (activation == .relu6 ? 4e-6 : 2e-6))
    }

    @Test(arguments: shapes) func residualInPlace(_ shape: (Int, Int, Int)) {
        let (rows, inputs, outputs) = shape
        let x = KernelNumbers.make("x", rows * inputs)
        let w = KernelNumbers.make("w", inputs * outputs)
        let b = KernelNumbers.make("b", outputs)
        let before = KernelNumbers.make("r", rows * outputs)
        let layer = Linear(weights: w, bias: b, inputs: inputs, outputs: outputs)
        var y = before
        y.withMutablePointer { y in
            x.withPointer {
                layer.apply(
                    $0, stride: inputs, rows: rows, into: y, stride: outputs, residual: y, residualStride: outputs)
            }
        }
        let wanted = twin(x, w, b, rows: rows, inputs: inputs, outputs: outputs, .none, before)
        #expect(KernelNumbers.distance(y, wanted) < 2e-6)
    }

    /// Operands are rounded to 8 bits of mantissa: each product is off by at most 2⁻⁸ of itself.
    @Test(arguments: shapes) func bfloat16(_ shape: (Int, Int, Int)) {
        let (rows, inputs, outputs) = shape
        let x = KernelNumbers.make("x", rows * inputs)
        let w = KernelNumbers.make("w", inputs * outputs)
        let rounded = { (values: Buffer<Float>) in
            Buffer(
                values.array.map { value -> Float in
                    let bits = value.bitPattern
                    return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
                })
        }
        let layer = Linear(weights: w, bias: nil, inputs: inputs, outputs: outputs, precision: .bfloat16)
        var y = Buffer<Float>(repeating: .nan, count: rows * outputs)
        y.withMutablePointer { y in
            x.withPointer { layer.apply($0, stride: inputs, rows: rows, into: y, stride: outputs) }
        }
        let zeros = Buffer<Float>(repeating: 0, count: max(outputs, rows * outputs))
        let wanted = twin(
            rounded(x), rounded(w), zeros, rows: rows, inputs: inputs, outputs: outputs, .none, zeros)
        #expect(KernelNumbers.distance(y, wanted) < 2e-6)
    }

    @Test func someColumns() {
        let layer = Linear(
            weights: KernelNumbers.make("w", 96 * 40), bias: KernelNumbers.make("b", 96), inputs: 40, outputs: 96)
        let x = KernelNumbers.make("x", 3 * 40)
        var whole = Buffer<Float>(repeating: 0, count: 3 * 96)
        var part = Buffer<Float>(repeating: 0, count: 3 * 64)
        x.withPointer { x in
            whole.withMutablePointer { layer.apply(x, stride: 40, rows: 3, into: $0, stride: 96) }
            part.withMutablePointer { layer.apply(x, stride: 40, rows: 3, columns: 32..<96, into: $0, stride: 64) }
        }
        #expect((0..<3 * 64).allSatisfy { part[$0] == whole[$0 / 64 * 96 + 32 + $0 % 64] })
    }
}
