import CKernels
import FathomCore
import FathomTensor
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The attention kernels against softmax(q kᵀ) v with a stored matrix, and the norms against their definitions.
///
/// Scores reach 40 here; rounded to float32 they leave shares with relative errors of some 40 · 2⁻²⁴.
struct AttentionKernelTests {
    /// softmax₂(q kᵀ) v for one head; rows of `stride`, columns from `first`.
    private func twin(
        q: Buffer<Float>, k: Buffer<Float>, v: Buffer<Float>, queries: Int, keys: Int, stride: Int, first: Int, dim: Int
    ) -> [[Double]] {
        (0..<queries).map { row in
            let scores = (0..<keys).map { key in
                (0..<dim).reduce(0.0) { $0 + Double(q[row * stride + first + $1]) * Double(k[key * stride + first + $1]) }
            }
            let peak = scores.max() ?? 0
            let shares = scores.map { exp2($0 - peak) }
            let sum = shares.reduce(0, +)
            return (0..<dim).map { d in
                (0..<keys).reduce(0.0) { $0 + shares[$1] * Double(v[$1 * stride + first + d]) } / sum
            }
        }
    }

    /// Few keys, a whole block and more, several blocks, with scores so far apart that the running maximum moves.
    @Test(arguments: [(1, 1), (5, 31), (30, 256), (49, 300), (24, 811)], [1 as Float, 8])
    func overTokens(_ size: (queries: Int, keys: Int), _ spread: Float) {
        let width = Int(FATHOM_HEAD)
        let q = KernelNumbers.make("q", size.queries * width, in: -spread...spread)
        let k = KernelNumbers.make("k", size.keys * width)
        let v = KernelNumbers.make("v", size.keys * width)
        let padded = Linear.panelColumns(size.keys)
        var (keys, values) = (
            Buffer<Float>(repeating: 0, count: padded * width), Buffer<Float>(repeating: 0, count: padded * width)
        )
        var out = Buffer<Float>(repeating: .nan, count: size.queries * width)
        // Packed in two pieces, as tiles do.
        let pieces = [0..<size.keys / 2, size.keys / 2..<size.keys]
        keys.withMutablePointer { keys in
            values.withMutablePointer { values in
                k.withPointer { k in
                    v.withPointer { v in
                        for piece in pieces {
                            let start = piece.lowerBound * width
                            fathom_pack_keys(k + start, width, piece.count, piece.lowerBound, keys)
                            fathom_pack_values(v + start, width, piece.count, piece.lowerBound, padded, values)
                        }
                    }
                }
                q.withPointer { q in
                    out.withMutablePointer { fathom_attention(q, width, size.queries, keys, values, size.keys, $0, width) }
                }
            }
        }
        let wanted = twin(q: q, k: k, v: v, queries: size.queries, keys: size.keys, stride: width, first: 0, dim: width)
        #expect(KernelNumbers.distance(out, wanted.flatMap { $0 }) < 1e-5)
    }

    @Test(arguments: [4, 8, 12, 24, 48, 128], [1, 3, 31, 32]) func overTime(_ dim: Int, _ count: Int) {
        let heads = 8
        let width = heads * dim
        let q = KernelNumbers.make("q", count * width, in: -2...2)
        let k = KernelNumbers.make("k", count * width)
        let v = KernelNumbers.make("v", count * width)
        var out = Buffer<Float>(repeating: .nan, count: count * width)
        out.withMutablePointer { out in
            q.withPointer { q in
                k.withPointer { k in
                    v.withPointer { fathom_temporal_attention(q, width, count, k, $0, width, count, heads, dim, out, width) }
                }
            }
        }
        var wanted = [Double](repeating: 0, count: count * width)
        for head in 0..<heads {
            let rows = twin(
                q: q, k: k, v: v, queries: count, keys: count, stride: width, first: head * dim, dim: dim)
            for (row, values) in rows.enumerated() {
                for (d, value) in values.enumerated() { wanted[row * width + head * dim + d] = value }
            }
        }
        #expect(KernelNumbers.distance(out, wanted) < 1e-5)
    }

    @Test func norms() {
        let (rows, width) = (7, 48)
        let x = KernelNumbers.make("x", rows * width, in: 90...110)
        let weight = KernelNumbers.make("w", width)
        let bias = KernelNumbers.make("b", width)
        let added = KernelNumbers.make("a", 3 * width)
        let layer = LayerNorm(weight: weight, bias: bias, epsilon: 1e-5)
        var y = Buffer<Float>(repeating: .nan, count: rows * width)
        y.withMutablePointer { y in
            x.withPointer { x in
                added.withPointer { layer.apply(x, stride: width, rows: rows, added: $0, period: 3, into: y, stride: width) }
            }
        }
        let wanted = (0..<rows * width).map { index -> Double in
            let (row, column) = (index / width, index % width)
            let values = (0..<width).map { Double(x[row * width + $0]) }
            let mean = values.reduce(0, +) / Double(width)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            return (values[column] - mean) / (variance + 1e-5).squareRoot() * Double(weight[column]) + Double(bias[column])
                + Double(added[row % 3 * width + column])
        }
        #expect(KernelNumbers.distance(y, wanted) < 1e-5)
    }
}
