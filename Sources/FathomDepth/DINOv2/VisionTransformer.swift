import FathomCore
import FathomTensor
import Synchronization

/// The DINOv2 vision transformer (arXiv 2304.07193) that both Depth Anything networks use as encoder.
///
/// Patches of 14 × 14 pixels and a class token; pre-norm blocks with layer scale; the final norm is applied to every tapped
/// output. Layer scales are folded into the projections before them, and the scale of the attention into the queries.
final class VisionTransformer: Sendable {
    static let patch = 14

    private let size: EncoderSize
    private let embedding: StridedConvolution
    private let classToken: Buffer<Float>
    private let positions: PositionEmbedding
    private let blocks: [TransformerBlock]
    private let norm: LayerNorm
    private let precision: Precision
    /// Positions of the last grid.
    private let resampled = Mutex<(rows: Int, columns: Int, values: Buffer<Float>)?>(nil)

    init(_ weights: WeightReader, size: EncoderSize) throws {
        self.size = size
        precision = weights.precision
        embedding = try weights.stridedConvolution(
            "patch_embed.proj", inputs: 3, outputs: size.width, kernel: Self.patch, stride: Self.patch, padding: 0)
        classToken = try weights.floats("cls_token")
        positions = PositionEmbedding(table: try weights.floats("pos_embed"), width: size.width)
        blocks = try (0..<size.depth).map { try TransformerBlock(weights.inside("blocks.\($0)"), width: size.width) }
        norm = try weights.layerNorm("norm", epsilon: 1e-6)
    }

    /// The normalised patch tokens after the four tapped blocks, each rows × columns × width.
    ///
    /// - Parameter image: normalised RGB; both sides are multiples of 14.
    func callAsFunction(_ image: FeatureMap) -> [FeatureMap] {
        precondition(image.width % Self.patch == 0 && image.height % Self.patch == 0, "sides are multiples of 14")
        let (columns, rows) = (image.width / Self.patch, image.height / Self.patch)
        let count = rows * columns + 1
        let width = size.width
        var tokens = embed(image, rows: rows, columns: columns)
        var taps = size.taps.map { _ in FeatureMap(uninitializedWidth: columns, height: rows, channels: width) }
        var attention = AttentionState(count: count, heads: size.heads, precision: precision)
        withMutablePointers(&tokens, &taps) { tokens, taps in
            attention.withPointers { attention in
                for index in 0...blocks.count {
                    ThreadPool.shared.parallelFor(count, grain: Linear.tileRows) { rows in
                        if index > 0 { blocks[index - 1].finish(rows, tokens, attention) }
                        if let tap = size.taps.firstIndex(of: index - 1) {
                            let patches = max(rows.lowerBound, 1)..<rows.upperBound
                            norm.apply(
                                tokens + patches.lowerBound * width, stride: width, rows: patches.count,
                                into: taps[tap] + (patches.lowerBound - 1) * width, stride: width)
                        }
                        if index < blocks.count { blocks[index].begin(rows, tokens, attention) }
                    }
                    if index < blocks.count { attention.attend() }
                }
            }
        }
        return taps
    }

    /// Class token and embedded patches with their positions.
    private func embed(_ image: FeatureMap, rows: Int, columns: Int) -> Buffer<Float> {
        let patches = embedding.apply(to: image).values
        var tokens = resampled.withLock { cached in
            if let cached, cached.rows == rows && cached.columns == columns { return cached.values }
            let values = positions.resampled(rows: rows, columns: columns)
            cached = (rows, columns, values)
            return values
        }
        let width = size.width
        withMutablePointers(&tokens) { tokens in
            withPointers(classToken, patches) { classToken, patches in
                for channel in 0..<width { tokens[channel] += classToken[channel] }
                for index in 0..<rows * columns * width { tokens[width + index] += patches[index] }
            }
        }
        return tokens
    }
}
