import FathomCore
import FathomTensor
import Testing

/// The rule that makes weights, against its published check values.
struct GeneratedWeightsTests {
    @Test func checkValues() {
        let inputs = GeneratedWeights.inputs("input.a", count: 3, in: 0...1)
        #expect(close(inputs.array, [0.714395, 0.12381858, 0.20378047]))
        let weights = GeneratedWeights(shapes: [
            "pretrained.norm.weight": [384], "pretrained.blocks.0.attn.qkv.weight": [1152, 384],
        ])
        #expect(
            close(
                Array(weights.floats("pretrained.norm.weight").array.prefix(4)), [1.1741105, 0.8430038, 1.1848141, 1.1277453]))
        #expect(
            close(
                Array(weights.floats("pretrained.blocks.0.attn.qkv.weight").array.prefix(3)),
                [0.06807274, 0.04044163, -0.08834617]))
    }

    private func close(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-7 } }
}
