import CKernels
import FathomCore
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// Self-attention along time at each pixel, with sinusoidal positions added to queries, keys and values alike.
struct TemporalAttention: Sendable {
    static let heads = 8
    /// Positions in the table, the longest window.
    static let window = Int(FATHOM_WINDOW)

    let width: Int
    private let norm: LayerNorm
    private let qkv: Linear
    private let output: Linear
    private let positions: Buffer<Float>

    init(_ block: WeightReader, index: Int, width: Int) throws {
        self.width = width
        norm = try block.layerNorm("norms.\(index)", epsilon: 1e-5)
        let names = ["to_q", "to_k", "to_v"]
        let attention = block.inside("attention_blocks.\(index)")
        var weights = try names.map { try attention.floats($0 + ".weight") }
        // The attention kernel takes powers of 2.
        let scale = Float(1 / Double(width / Self.heads).squareRoot() / M_LN2)
        weights[0].withMutablePointer { for index in 0..<width * width { $0[index] *= scale } }
        qkv = Linear(
            weights: Buffer(weights.flatMap(\.array)), bias: nil, inputs: width, outputs: 3 * width, precision: block.precision)
        output = try attention.linear("to_out.0", inputs: width, outputs: width)
        positions = Self.table(width: width)
    }

    /// pe[t, 2i] = sin(t ω_i), pe[t, 2i + 1] = cos(t ω_i), ω_i = 10000^(−2i / width); [32, width].
    static func table(width: Int) -> Buffer<Float> {
        var table = Buffer<Float>(uninitialized: window * width)
        for t in 0..<window {
            for i in 0..<width / 2 {
                let angle = Double(t) * exp(-Double(2 * i) * log(10000) / Double(width))
                table[t * width + 2 * i] = Float(sin(angle))
                table[t * width + 2 * i + 1] = Float(cos(angle))
            }
        }
        return table
    }

    /// Floats of scratch per row.
    var scratchWidth: Int { 4 * width }

    /// Adds the layer's output to z: rows of `pixels` × `count` (time innermost).
    func apply(_ z: UnsafeMutablePointer<Float>, pixels: Int, count: Int, scratch: UnsafeMutablePointer<Float>) {
        let rows = pixels * count
        let mixed = scratch
        let triple = scratch + rows * width
        positions.withPointer {
            norm.apply(z, stride: width, rows: rows, added: $0, period: count, into: mixed, stride: width)
        }
        qkv.apply(mixed, stride: width, rows: rows, into: triple, stride: 3 * width)
        for pixel in 0..<pixels {
            let q = triple + pixel * count * 3 * width
            fathom_temporal_attention(
                q, 3 * width, count, q + width, q + 2 * width, 3 * width, count, Self.heads, width / Self.heads,
                mixed + pixel * count * width, width)
        }
        output.apply(mixed, stride: width, rows: rows, into: z, stride: width, residual: z, residualStride: width)
    }
}
