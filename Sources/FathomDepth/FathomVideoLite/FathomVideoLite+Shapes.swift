extension FathomVideoLite {
    /// Shapes of all arrays of the network's weights.
    package static let shapes: [String: [Int]] = {
        var shapes: [String: [Int]] = [:]
        func convolution(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, hasBias: Bool = true) {
            shapes[name + ".weight"] = [outputs, inputs, kernel, kernel]
            if hasBias { shapes[name + ".bias"] = [outputs] }
        }
        convolution("pretrained.stem", 3, LiteEncoder.stem)
        for (index, form) in LiteEncoder.blocks.enumerated() {
            let name = "pretrained.blocks.\(index)."
            if form.expands { convolution(name + "expand", form.inputs, form.hidden, kernel: 1) }
            convolution(name + "dw", 1, form.hidden, kernel: form.kernel)
            convolution(name + "project", form.hidden, form.outputs, kernel: 1)
        }
        let widths = LiteEncoder.widths
        shapes["pretrained.ctx.weight"] = [widths[4], widths[4]]
        shapes["pretrained.ctx.bias"] = [widths[4]]
        for (index, channels) in levels.enumerated() {
            convolution("head.projects.\(index)", widths[index + 1], channels, kernel: 1)
            convolution("head.scratch.layer\(index + 1)_rn", channels, features, hasBias: false)
            let block = "head.scratch.refinenet\(index + 1)."
            convolution(block + "out_conv", features, features, kernel: 1)
            for unit in index < 3 ? ["resConfUnit1", "resConfUnit2"] : ["resConfUnit2"] {
                for layer in ["conv1", "conv2"] { convolution("\(block)\(unit).\(layer)", features, features) }
            }
        }
        convolution("head.scratch.layer0", widths[0], features / 2, hasBias: false)
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
