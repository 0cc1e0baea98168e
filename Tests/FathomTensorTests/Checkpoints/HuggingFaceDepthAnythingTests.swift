import FathomCore
import FathomTensor
import Testing

@Suite struct HuggingFaceDepthAnythingTests {
    /// Names of the authors' code and what transformers calls the same array; `I` stands for a block or level.
    private static let names = """
        pretrained.cls_token = backbone.embeddings.cls_token
        pretrained.pos_embed = backbone.embeddings.position_embeddings
        pretrained.mask_token = backbone.embeddings.mask_token
        pretrained.patch_embed.proj.weight = backbone.embeddings.patch_embeddings.projection.weight
        pretrained.blocks.11.norm1.weight = backbone.encoder.layer.11.norm1.weight
        pretrained.blocks.11.norm2.bias = backbone.encoder.layer.11.norm2.bias
        pretrained.blocks.11.attn.proj.weight = backbone.encoder.layer.11.attention.output.dense.weight
        pretrained.blocks.3.attn.proj.bias = backbone.encoder.layer.3.attention.o_proj.bias
        pretrained.blocks.3.ls1.gamma = backbone.encoder.layer.3.layer_scale1.lambda1
        pretrained.blocks.3.ls2.gamma = backbone.encoder.layer.3.layer_scale2.lambda1
        pretrained.blocks.3.mlp.fc1.weight = backbone.encoder.layer.3.mlp.fc1.weight
        pretrained.blocks.3.mlp.fc2.bias = backbone.encoder.layer.3.mlp.fc2.bias
        pretrained.norm.weight = backbone.layernorm.weight
        depth_head.projects.2.bias = neck.reassemble_stage.layers.2.projection.bias
        depth_head.resize_layers.3.weight = neck.reassemble_stage.layers.3.resize.weight
        depth_head.scratch.layer1_rn.weight = neck.convs.0.weight
        depth_head.scratch.layer4_rn.weight = neck.convs.3.weight
        depth_head.scratch.refinenet4.out_conv.weight = neck.fusion_stage.layers.0.projection.weight
        depth_head.scratch.refinenet1.out_conv.bias = neck.fusion_stage.layers.3.projection.bias
        depth_head.scratch.refinenet3.resConfUnit1.conv2.weight = neck.fusion_stage.layers.1.residual_layer1.convolution2.weight
        depth_head.scratch.refinenet2.resConfUnit2.conv1.bias = neck.fusion_stage.layers.2.residual_layer2.convolution1.bias
        depth_head.scratch.output_conv1.weight = head.conv1.weight
        depth_head.scratch.output_conv2.0.bias = head.conv2.bias
        depth_head.scratch.output_conv2.2.weight = head.conv3.weight
        backbone.encoder.other = backbone.encoder.other
        """.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

    @Test func everyNameBecomesTheAuthors() throws {
        let source = GeneratedWeights(shapes: Dictionary(uniqueKeysWithValues: Self.names.map { ($0[2], [2, 3]) }))
        let weights = try #require(try HuggingFaceDepthAnything(source))
        #expect(weights.shapes.keys.sorted() == Self.names.map { $0[0] }.sorted())
        for pair in Self.names { #expect(try weights.floats(pair[0]) == source.floats(pair[2]), "\(pair[0])") }
        #expect(try HuggingFaceDepthAnything(weights) == nil)
    }

    @Test(arguments: [
        ["attention.attention.query", "attention.attention.key", "attention.attention.value"],
        ["attention.q_proj", "attention.k_proj", "attention.v_proj"],
    ])
    func queryKeyAndValueBecomeOne(names: [String]) throws {
        let keys = names.map { "backbone.encoder.layer.0.\($0)." }
        var shapes = ["backbone.embeddings.cls_token": [1, 1, 4]]
        for key in keys { shapes.merge([key + "weight": [4, 4], key + "bias": [4]]) { $1 } }
        let source = GeneratedWeights(shapes: shapes)
        let weights = try #require(try HuggingFaceDepthAnything(source))
        for (kind, shape) in [("weight", [12, 4]), ("bias", [12])] {
            let key = "pretrained.blocks.0.attn.qkv.\(kind)"
            #expect(weights.shapes[key] == shape)
            #expect(try weights.floats(key).array == keys.flatMap { source.floats($0 + kind).array })
        }
    }

    @Test func whatDoesNotFitTogetherIsRefused() throws {
        let token = ["backbone.embeddings.cls_token": [1, 1, 4]]
        let block = "backbone.encoder.layer.0.attention"
        for shapes in [
            ["\(block).q_proj.bias": [4], "\(block).k_proj.bias": [4]],
            ["\(block).q_proj.bias": [4], "\(block).k_proj.bias": [4], "\(block).v_proj.bias": [5]],
            ["\(block).q_proj.bias": [], "\(block).k_proj.bias": [], "\(block).v_proj.bias": []],
            ["\(block).o_proj.bias": [4], "\(block).output.dense.bias": [4]],
            ["pretrained.cls_token": [1, 1, 4]],
        ] as [[String: [Int]]] {
            let error = #expect(throws: FathomError.self) {
                try HuggingFaceDepthAnything(GeneratedWeights(shapes: shapes.merging(token) { $1 }))
            }
            #expect(error?.code == .inputInvalid)
        }
    }
}
