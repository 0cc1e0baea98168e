import FathomModels

/// What the three published sizes of Depth Anything V2 and Video Depth Anything differ in, and every array their weights
/// consist of.
extension EncoderSize {
    /// Width of a token.
    package var width: Int { [384, 768, 1024][index] }
    /// Transformer blocks.
    package var depth: Int { [12, 12, 24][index] }
    package var heads: Int { width / 64 }
    /// Blocks whose output the head uses.
    package var taps: [Int] { self == .large ? [4, 11, 17, 23] : [2, 5, 8, 11] }
    /// Channels inside the head.
    package var features: Int { [64, 128, 256][index] }
    /// Channels of the four levels before they are brought to `features`.
    package var levels: [Int] { [[48, 96, 192, 384], [96, 192, 384, 768], [256, 512, 1024, 1024]][index] }
    /// Widths of the four temporal modules.
    package var temporalWidths: [Int] { [levels[2], levels[3], features, features] }

    private var index: Int {
        switch self {
        case .small: 0
        case .base: 1
        case .large: 2
        }
    }

    /// Shapes of all arrays of Depth Anything V2, by their names in the authors' checkpoints.
    package var imageShapes: [String: [Int]] { encoderShapes.merging(headShapes("depth_head.")) { $1 } }

    /// Shapes of all arrays of Video Depth Anything.
    package var videoShapes: [String: [Int]] {
        var shapes = encoderShapes.merging(headShapes("head.")) { $1 }
        for (index, width) in temporalWidths.enumerated() {
            shapes.merge(
                TemporalModule.shapes(width: width).map { ("head.motion_modules.\(index).temporal_transformer.\($0)", $1) }
            ) { $1 }
        }
        return shapes
    }

    private var encoderShapes: [String: [Int]] {
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

    private func headShapes(_ prefix: String) -> [String: [Int]] {
        let f = features
        var shapes = [
            "resize_layers.0.weight": [levels[0], levels[0], 4, 4], "resize_layers.0.bias": [levels[0]],
            "resize_layers.1.weight": [levels[1], levels[1], 2, 2], "resize_layers.1.bias": [levels[1]],
            "resize_layers.3.weight": [levels[3], levels[3], 3, 3], "resize_layers.3.bias": [levels[3]],
            "scratch.output_conv1.weight": [f / 2, f, 3, 3], "scratch.output_conv1.bias": [f / 2],
            "scratch.output_conv2.0.weight": [32, f / 2, 3, 3], "scratch.output_conv2.0.bias": [32],
            "scratch.output_conv2.2.weight": [1, 32, 1, 1], "scratch.output_conv2.2.bias": [1],
        ]
        for (index, channels) in levels.enumerated() {
            shapes["projects.\(index).weight"] = [channels, width, 1, 1]
            shapes["projects.\(index).bias"] = [channels]
            shapes["scratch.layer\(index + 1)_rn.weight"] = [f, channels, 3, 3]
            let block = "scratch.refinenet\(index + 1)."
            shapes[block + "out_conv.weight"] = [f, f, 1, 1]
            shapes[block + "out_conv.bias"] = [f]
            for unit in ["resConfUnit1.conv1", "resConfUnit1.conv2", "resConfUnit2.conv1", "resConfUnit2.conv2"] {
                shapes[block + unit + ".weight"] = [f, f, 3, 3]
                shapes[block + unit + ".bias"] = [f]
            }
        }
        return Dictionary(uniqueKeysWithValues: shapes.map { (prefix + $0, $1) })
    }
}
