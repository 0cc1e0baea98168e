import FathomCore
import FathomTensor

#if canImport(Glibc)
import Glibc
#endif

/// One pre-norm transformer block, x + Attn(LN(x)) then x + MLP(LN(x)), in two halves around the attention.
///
/// Both halves work on a tile of rows that stays in the second-level cache.
struct TransformerBlock: Sendable {
    private let norm1: LayerNorm
    private let qkv: Linear
    private let projection: Linear
    private let norm2: LayerNorm
    private let expand: Linear
    private let contract: Linear
    private let width: Int

    init(_ weights: WeightReader, width: Int) throws {
        self.width = width
        norm1 = try weights.layerNorm("norm1", epsilon: 1e-6)
        // The attention kernel takes powers of 2.
        let scale = Float(0.125 / M_LN2)
        let gains = Buffer((0..<3 * width).map { $0 < width ? scale : 1 })
        qkv = try weights.linear("attn.qkv", inputs: width, outputs: 3 * width, gains: gains)
        projection = try weights.linear("attn.proj", inputs: width, outputs: width, gains: weights.floats("ls1.gamma"))
        norm2 = try weights.layerNorm("norm2", epsilon: 1e-6)
        expand = try weights.linear("mlp.fc1", inputs: width, outputs: 4 * width)
        contract = try weights.linear("mlp.fc2", inputs: 4 * width, outputs: width, gains: weights.floats("ls2.gamma"))
    }

    /// Queries, keys and values of some tokens.
    func begin(_ rows: Range<Int>, _ tokens: SharedMutablePointer<Float>, _ attention: AttentionState.Pointers) {
        var scratch = Buffer<Float>(uninitialized: rows.count * 3 * width)
        scratch.withMutablePointer { normed in
            let keysAndValues = normed + rows.count * width
            norm1.apply(tokens + rows.lowerBound * width, stride: width, rows: rows.count, into: normed, stride: width)
            qkv.apply(
                normed, stride: width, rows: rows.count, columns: 0..<width, into: attention.queries + rows.lowerBound * width,
                stride: width)
            qkv.apply(
                normed, stride: width, rows: rows.count, columns: width..<3 * width, into: keysAndValues, stride: 2 * width)
            attention.pack(rows, keysAndValues)
        }
    }

    /// Adds what attention and MLP give to some tokens.
    func finish(_ rows: Range<Int>, _ tokens: SharedMutablePointer<Float>, _ attention: AttentionState.Pointers) {
        let x = tokens + rows.lowerBound * width
        var scratch = Buffer<Float>(uninitialized: rows.count * 5 * width)
        scratch.withMutablePointer { normed in
            let hidden = normed + rows.count * width
            projection.apply(
                attention.queries + rows.lowerBound * width, stride: width, rows: rows.count, into: x, stride: width, residual: x,
                residualStride: width)
            norm2.apply(x, stride: width, rows: rows.count, into: normed, stride: width)
            expand.apply(normed, stride: width, rows: rows.count, into: hidden, stride: 4 * width, activation: .gelu)
            contract.apply(
                hidden, stride: 4 * width, rows: rows.count, into: x, stride: width, residual: x, residualStride: width)
        }
    }
}
