/// What the heads of Depth Anything for the three sizes of encoder differ in, and every array their weights consist of.
extension EncoderSize {
    /// Channels inside the head.
    package var features: Int { [64, 128, 256][index] }
    /// Channels of the four levels before they are brought to `features`.
    package var levels: [Int] { [[48, 96, 192, 384], [96, 192, 384, 768], [256, 512, 1024, 1024]][index] }

    /// Whether weights of Depth Anything networks may lack an array: tables that follow from a formula, what only training needs,
    /// and the unit that merges a level into the coarsest block, which has none.
    static func isOptional(_ key: String) -> Bool {
        key.hasSuffix(".pe") || key == "pretrained.mask_token" || key.contains(".refinenet4.resConfUnit1.")
    }

    /// Patches of a frame of 4 : 3, in units of 37 × 37.
    func patches(_ options: DepthModelOptions) -> Double {
        let side = Double(options.inputSize ?? 518)
        return side * side * 4 / 3 / (518 * 518)
    }

    /// Shapes of all arrays, whose names begin with `prefix`.
    func headShapes(_ prefix: String) -> [String: [Int]] {
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
