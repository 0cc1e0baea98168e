import FathomCore

/// Depth Anything V2 weights under the names of its authors' code, from a file with the names of Hugging Face transformers.
///
/// Query, key and value, which are separate there, become one `qkv`. Both the names of published files and those that
/// version 5 uses in memory are understood; a name that is neither stays as it is.
public struct HuggingFaceDepthAnything: WeightSource {
    public let shapes: [String: [Int]]
    private let source: any WeightSource
    /// The arrays of `source` whose rows, one after another, make an array.
    private let parts: [String: [String]]

    public var label: String { source.label }

    /// nil where `source` has other names.
    ///
    /// - Throws: `inputInvalid` when an array has two names, or query, key and value do not fit together.
    public init?(_ source: any WeightSource) throws {
        guard source.shapes["backbone.embeddings.cls_token"] != nil else { return nil }
        var places: [String: [Int: String]] = [:]
        for key in source.shapes.keys {
            let (name, part) = Self.place(of: key)
            if let other = places[name, default: [:]].updateValue(key, forKey: part) {
                let names = [key, other].sorted().map(\.quoted).joined(separator: " and ")
                throw FathomError(.inputInvalid, "has two names for one array, \(names)", at: source.label)
            }
        }
        var parts: [String: [String]] = [:]
        var shapes: [String: [Int]] = [:]
        for (name, keys) in places {
            let keys = keys.sorted { $0.key < $1.key }.map(\.value)
            let shape = source.shapes[keys[0]]!
            parts[name] = keys
            if !name.contains(".qkv.") {
                shapes[name] = shape
            } else if keys.count == 3, !shape.isEmpty, keys.allSatisfy({ source.shapes[$0] == shape }) {
                shapes[name] = [3 * shape[0]] + shape.dropFirst()
            } else {
                throw FathomError(
                    .inputInvalid, "query, key and value do not fit together: \(keys.map(\.quoted).joined(separator: ", "))",
                    at: source.label)
            }
        }
        self.source = source
        self.parts = parts
        self.shapes = shapes
    }

    public func floats(_ key: String) throws -> Buffer<Float> {
        guard let keys = parts[key] else { preconditionFailure("no array \(key)") }
        let pieces = try keys.map { try source.floats($0) }
        if pieces.count == 1 { return pieces[0] }
        var joined = Buffer<Float>(uninitialized: pieces.reduce(0) { $0 + $1.count })
        joined.withMutablePointer { target in
            var position = 0
            for piece in pieces {
                piece.withPointer { (target + position).update(from: $0, count: piece.count) }
                position += piece.count
            }
        }
        return joined
    }

    // MARK: Names

    /// The array that `key` is, or is a part of, and which part.
    private static func place(of key: String) -> (name: String, part: Int) {
        guard let (old, new) = beginnings.first(where: { key.hasPrefix($0.0) }) else { return (key, 0) }
        var name = new + key.dropFirst(old.count)
        var part = 0
        for (index, names) in [["query", "q_proj"], ["key", "k_proj"], ["value", "v_proj"]].enumerated() {
            for old in [".attention.attention.\(names[0]).", ".attention.\(names[1])."] where name.contains(old) {
                name.replace(old, with: ".attn.qkv.")
                part = index
            }
        }
        for (old, new) in middles { name.replace(old, with: new) }
        return (name, part)
    }

    private static let beginnings: [(String, String)] =
        [
            ("backbone.embeddings.patch_embeddings.projection.", "pretrained.patch_embed.proj."),
            ("backbone.embeddings.position_embeddings", "pretrained.pos_embed"),
            ("backbone.embeddings.", "pretrained."),
            ("backbone.encoder.layer.", "pretrained.blocks."),
            ("backbone.layernorm.", "pretrained.norm."),
            ("head.conv1.", "depth_head.scratch.output_conv1."),
            ("head.conv2.", "depth_head.scratch.output_conv2.0."),
            ("head.conv3.", "depth_head.scratch.output_conv2.2."),
        ]
        + (0..<4).flatMap { level in
            [
                ("neck.reassemble_stage.layers.\(level).projection.", "depth_head.projects.\(level)."),
                ("neck.reassemble_stage.layers.\(level).resize.", "depth_head.resize_layers.\(level)."),
                ("neck.convs.\(level).", "depth_head.scratch.layer\(level + 1)_rn."),
                ("neck.fusion_stage.layers.\(level).projection.", "depth_head.scratch.refinenet\(4 - level).out_conv."),
                ("neck.fusion_stage.layers.\(level).", "depth_head.scratch.refinenet\(4 - level)."),
            ]
        }

    private static let middles: [(String, String)] = [
        (".attention.output.dense.", ".attn.proj."), (".attention.o_proj.", ".attn.proj."),
        (".layer_scale1.lambda1", ".ls1.gamma"), (".layer_scale2.lambda1", ".ls2.gamma"),
        (".residual_layer1.convolution", ".resConfUnit1.conv"), (".residual_layer2.convolution", ".resConfUnit2.conv"),
    ]
}
