import FathomCore
import FathomDepth
import FathomMedia
import FathomModels
import FathomTensor
import FathomTestSupport
import Testing

/// The networks against the golden tensors of the reference implementations, with generated weights.
@Suite(.needsSharedMaterial)
struct NetworkParityTests {
    /// Largest difference in standard deviations. Two float32 implementations of a network this deep differ by some 1e-5.
    private static let tolerance = 2e-4

    private func golden(_ name: String) throws -> Checkpoint {
        try Checkpoint(path: SharedMaterial.path("golden/\(name).safetensors"))
    }

    @Test func depthAnything() throws {
        let golden = try golden("dav2")
        let network = try DepthAnything(
            weights: GeneratedWeights(shapes: EncoderSize.small.imageShapes, salt: "a/"), size: .small)
        for (name, width, height) in [("a", 98, 70), ("b", 84, 126)] {
            let input = FeatureMap(planes: try golden.floats("vits.\(name).input"), width: width, height: height, channels: 3)
            let distance = try Closeness(network(input).values, golden.floats("vits.\(name).depth"))
            #expect(distance.relative < Self.tolerance, "\(name): \(distance)")
        }
        let image = TestImages.formula(width: 130, height: 90, time: 0, blueFirst: true)
        let prepared = DepthAnything.prepare(image, inputSize: 140)
        let wanted = FeatureMap(
            planes: try golden.floats("vits.image.network_input"), width: 196, height: 140, channels: 3)
        let apart = Closeness(prepared.values, wanted.values)
        #expect(apart.largest < 2e-5, "\(apart)")
        let depth = network.depth(of: image, inputSize: 140)
        let distance = try Closeness(depth.samples, golden.floats("vits.image.depth"))
        #expect(distance.relative < Self.tolerance, "\(distance)")
    }

    @Test func videoDepthAnything() throws {
        let golden = try golden("vda_vits")
        let network = try VideoDepthAnything(
            weights: GeneratedWeights(shapes: EncoderSize.small.videoShapes), size: .small)
        for (name, count, width, height) in [("a", 32, 70, 56), ("b", 8, 56, 84)] {
            let pixels = try golden.floats("\(name).input")
            let frames = (0..<count).map {
                FeatureMap(planes: pixels, first: $0 * 3 * width * height, width: width, height: height, channels: 3)
            }
            for (tap, block) in zip(network.taps(frames[0]), [2, 5, 8, 11]) {
                let distance = try Closeness(tap.values, golden.floats("\(name).frame0.tokens.\(block)"))
                #expect(distance.relative < Self.tolerance, "\(name), block \(block): \(distance)")
            }
            var depths: [Float] = []
            try network.decode(frames.map { network.encode($0) }) { _, depth in depths += depth.samples.array }
            let distance = try Closeness(Buffer(depths), golden.floats("\(name).depth"))
            #expect(distance.relative < Self.tolerance, "\(name): \(distance)")
        }
    }
}
