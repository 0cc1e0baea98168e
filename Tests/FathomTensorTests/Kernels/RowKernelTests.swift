import CKernels
import FathomCore
import FathomTensor
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Small kernels on rows, and attention in bfloat16, against their definitions.
struct RowKernelTests {
    private let rows = 37
    private let width = 48

    @Test func gatedUnit() {
        let h = KernelNumbers.make("h", rows * 2 * width, in: -4...4)
        var out = h
        out.withMutablePointer { fathom_gated_gelu($0, 2 * width, rows, width) }
        let wanted = (0..<rows * 2 * width).map { index -> Double in
            let value = Double(h[index])
            guard index % (2 * width) < width else { return value }
            let gate = Double(h[index + width])
            return value * gate * 0.5 * erfc(-gate / 2.0.squareRoot())
        }
        #expect(KernelNumbers.distance(out, wanted) < 1e-6)
    }

    @Test func columns() {
        let x = KernelNumbers.make("x", rows * width, in: 99...101)
        let scale = KernelNumbers.make("s", width)
        let shift = KernelNumbers.make("t", width)
        var sums = [Double](repeating: .nan, count: width)
        var squares = sums
        var scaled = Buffer<Float>(repeating: .nan, count: rows * width)
        var dots = Buffer<Float>(repeating: .nan, count: rows)
        let means = Buffer<Float>(repeating: 100, count: width)
        x.withPointer { x in
            fathom_column_sums(x, rows, width, nil, &sums)
            means.withPointer { fathom_column_sums(x, rows, width, $0, &squares) }
            scale.withPointer { scale in
                shift.withPointer { shift in
                    scaled.withMutablePointer { fathom_scale_shift(x, width, rows, width, scale, shift, $0, width) }
                }
                dots.withMutablePointer { fathom_channel_sum(x, rows, width, scale, 3, $0) }
            }
        }
        for column in 0..<width {
            let values = (0..<rows).map { Double(x[$0 * width + column]) }
            #expect(abs(sums[column] / values.reduce(0, +) - 1) < 1e-6)
            let deviation = values.reduce(0) { $0 + ($1 - 100) * ($1 - 100) }
            #expect(abs(squares[column] / deviation - 1) < 1e-4)
        }
        let affine = (0..<rows * width).map { Double(x[$0]) * Double(scale[$0 % width]) + Double(shift[$0 % width]) }
        #expect(KernelNumbers.distance(scaled, affine) < 1e-6)
        let sum = (0..<rows).map { row in (0..<width).reduce(3.0) { $0 + Double(x[row * width + $1]) * Double(scale[$1]) } }
        #expect(KernelNumbers.distance(dots, sum) < 1e-5)
    }

    /// Queries, keys, values and shares keep 8 bits: the result is within 2⁻⁷ of float attention, and not equal to it.
    @Test(arguments: [(5, 31), (49, 301)]) func attentionInBfloat16(_ size: (queries: Int, keys: Int)) {
        let head = Int(FATHOM_HEAD)
        let padded = Linear.panelColumns(size.keys)
        let q = KernelNumbers.make("q", size.queries * head)
        let k = KernelNumbers.make("k", size.keys * head)
        let v = KernelNumbers.make("v", size.keys * head)
        var (keys, values) = (
            Buffer<Float>(repeating: 0, count: padded * head), Buffer<Float>(repeating: 0, count: padded * head)
        )
        var (keys16, values16) = (
            Buffer<UInt16>(repeating: 0, count: padded * head), Buffer<UInt16>(repeating: 0, count: padded * head)
        )
        var (exact, rounded) = (
            Buffer<Float>(repeating: .nan, count: size.queries * head), Buffer<Float>(repeating: .nan, count: size.queries * head)
        )
        k.withPointer { k in
            keys.withMutablePointer { fathom_pack_keys(k, head, size.keys, 0, $0) }
            keys16.withMutablePointer { fathom_pack_keys_bf16(k, head, size.keys, 0, $0) }
        }
        v.withPointer { v in
            values.withMutablePointer { fathom_pack_values(v, head, size.keys, 0, padded, $0) }
            values16.withMutablePointer { fathom_pack_values_bf16(v, head, size.keys, 0, padded, $0) }
        }
        q.withPointer { q in
            keys.withPointer { keys in
                values.withPointer { values in
                    exact.withMutablePointer { fathom_attention(q, head, size.queries, keys, values, size.keys, $0, head) }
                }
            }
            keys16.withPointer { keys in
                values16.withPointer { values in
                    rounded.withMutablePointer { fathom_attention_bf16(q, head, size.queries, keys, values, size.keys, $0, head) }
                }
            }
        }
        let distance = KernelNumbers.distance(rounded, exact.array.map { Double($0) })
        #expect(distance < 0x1p-7 && distance > 1e-6, "\(distance)")
    }
}
