/// The published sizes of the DINOv2 encoder (arXiv 2304.07193), and every array its weights consist of.
public enum EncoderSize: String, Sendable, CaseIterable {
    case small, base, large

    /// Width of a token.
    package var width: Int { [384, 768, 1024][index] }
    /// Transformer blocks.
    package var depth: Int { [12, 12, 24][index] }
    package var heads: Int { width / 64 }
    /// Blocks whose output the head of Depth Anything uses.
    package var taps: [Int] { self == .large ? [4, 11, 17, 23] : [2, 5, 8, 11] }

    /// Place among the sizes, the small one first.
    var index: Int {
        switch self {
        case .small: 0
        case .base: 1
        case .large: 2
        }
    }

    /// Shapes of all arrays by their names in the authors' checkpoints of Depth Anything.
    var encoderShapes: [String: [Int]] {
        let d = width
        var shapes = [
            "cls_token": [1, 1, d], "pos_embed": [1, 1370, d], "mask_token": [1, d], "patch_embed.proj.weight": [d, 3, 14, 14],
            "patch_embed.proj.bias": [d], "norm.weight": [d], "norm.bias": [d],
        ]
        for index in 0..<depth {
            let block: [String: [Int]] = [
                "norm1.weight": [d], "norm1.bias": [d], "attn.qkv.weight": [3 * d, d], "attn.qkv.bias": [3 * d],
                "attn.proj.weight": [d, d], "attn.proj.bias": [d], "ls1.gamma": [d], "norm2.weight": [d], "norm2.bias": [d],
                "mlp.fc1.weight": [4 * d, d], "mlp.fc1.bias": [4 * d], "mlp.fc2.weight": [d, 4 * d], "mlp.fc2.bias": [d],
                "ls2.gamma": [d],
            ]
            for (name, shape) in block { shapes["blocks.\(index).\(name)"] = shape }
        }
        return Dictionary(uniqueKeysWithValues: shapes.map { ("pretrained.\($0)", $1) })
    }
}
