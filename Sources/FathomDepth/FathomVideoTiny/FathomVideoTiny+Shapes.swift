extension FathomVideoTiny {
    /// Shapes of all arrays of the network's weights.
    package static let shapes: [String: [Int]] = {
        var shapes: [String: [Int]] = [:]
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, hasBias: Bool = true) {
            shapes[name + ".weight"] = [outputs, inputs, kernel, kernel]
            if hasBias { shapes[name + ".bias"] = [outputs] }
        }
        let stages = TinyEncoder.stages
        convolution("pretrained.stem.0", 3, TinyEncoder.stem)
        convolution("pretrained.stem.1", TinyEncoder.stem, stages[0])
        for (index, channels) in stages.enumerated() {
            let name = "pretrained.stage\(index + 1)."
            if index > 0 { convolution(name + "down", stages[index - 1], channels) }
            for block in 0..<(index == 0 ? 1 : 2) {
                for layer in ["conv1", "conv2"] { convolution("\(name)\(block).\(layer)", channels, channels) }
            }
        }
        shapes["pretrained.ctx.weight"] = [stages[3], stages[3]]
        shapes["pretrained.ctx.bias"] = [stages[3]]
        for (index, channels) in levels.enumerated() {
            convolution("head.projects.\(index)", stages[index], channels, kernel: 1)
            convolution("head.scratch.layer\(index + 1)_rn", channels, features, hasBias: false)
            let block = "head.scratch.refinenet\(index + 1)."
            convolution(block + "out_conv", features, features, kernel: 1)
            for unit in index < 3 ? ["resConfUnit1", "resConfUnit2"] : ["resConfUnit2"] {
                for layer in ["conv1", "conv2"] { convolution("\(block)\(unit).\(layer)", features, features) }
            }
        }
        convolution("head.scratch.output_conv1", features, features / 2)
        convolution("head.scratch.output_conv2.0", features / 2, hidden)
        convolution("head.scratch.output_conv2.2", hidden, 1, kernel: 1)
        for (index, width) in temporalWidths.enumerated() {
            for (name, shape) in TemporalModule.shapes(width: width) where !name.hasSuffix(".pe") {
                shapes["head.motion_modules.\(index).temporal_transformer.\(name)"] = shape
            }
        }
        return shapes
    }()
}
