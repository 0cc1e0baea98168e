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
        // OpenCV computes source coordinates in float: 1e-5 of the range 0…1, divided by a deviation of .224.
        #expect(apart.largest < 4.5e-5, "\(apart)")
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

    /// With a bfloat16 encoder depth stays within 1 %, root mean square over root mean square.
    @Test func bfloat16() throws {
        let weights = GeneratedWeights(shapes: EncoderSize.small.videoShapes)
        let pixels = try golden("vda_vits").floats("a.input")
        let frames = (0..<8).map { FeatureMap(planes: pixels, first: $0 * 3 * 70 * 56, width: 70, height: 56, channels: 3) }
        let depths = try Precision.allCases.map { precision in
            let network = try VideoDepthAnything(weights: weights, size: .small, precision: precision)
            var depths: [Float] = []
            try network.decode(frames.map { network.encode($0) }) { _, depth in depths += depth.samples.array }
            return depths
        }
        let error = zip(depths[0], depths[1]).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let energy = depths[0].reduce(0.0) { $0 + Double($1 * $1) }
        let relative = (error / energy).squareRoot()
        #expect(relative < 0.01 && relative > 1e-5, "\(relative)")
    }

    /// Decoded frames in, depth at their size out: resizing, windows and stitching included.
    @Test func longVideo() throws {
        let network = try VideoDepthAnything(
            weights: GeneratedWeights(shapes: EncoderSize.small.videoShapes), size: .small, inputSize: 70)
        var depths: [Float] = []
        let video = VideoDepth { MockVideo(count: 60, width: 120, height: 90) }
        let report = try video.run(network, isMetric: false) { depths += $0.depth.samples.array }
        #expect(report.frameCount == 60)
        let distance = try Closeness(Buffer(depths), golden("vda_long_video").floats("depth"))
        #expect(distance.relative < Self.tolerance, "\(distance)")
    }
}

/// The network inside the program against the outputs of its reference implementation.
struct EmbeddedNetworkTests {
    private static let golden = Result {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try Checkpoint(path: "/\(folder)/Fixtures/fathom-video-lite.golden.safetensors")
    }

    private func image(_ key: String, _ index: Int) throws -> Raster<UInt8> {
        let values = try Self.golden.get().floats(key)
        let count = 160 * 128 * 3
        let samples = Buffer((0..<count).map { UInt8(values[index * count + $0]) })
        return Raster(width: 160, height: 128, channels: 3, samples: samples)
    }

    @Test func imageAndClip() throws {
        let network = try FathomVideoLite(
            weights: Checkpoint(bytes: EmbeddedWeights.bytes, name: "embedded"), inputSize: 128)
        let single = try network.depth(of: image("image.rgb", 0))
        let near = Closeness(single.samples, try Self.golden.get().floats("image.disparity"))
        #expect(near.relative < 2e-5, "\(near)")
        #expect(abs(single[0, 0] - 0.930193) < 1e-4 && abs(single[80, 64] - 0.745858) < 1e-4)
        var depths: [Float] = []
        try network.decode((0..<8).map { try network.encode(image("clip.rgb", $0)) }) { depths += $1.samples.array }
        let clip = Closeness(Buffer(depths), try Self.golden.get().floats("clip.disparity"))
        #expect(clip.relative < 2e-5, "\(clip)")
    }

    @Test(arguments: [
        (640, 480, 192, 144), (2048, 1362, 224, 144), (960, 540, 256, 144), (480, 480, 144, 144), (480, 640, 144, 192),
        (3, 1, 432, 144),
    ])
    func inputSizes(width: Int, height: Int, inputWidth: Int, inputHeight: Int) throws {
        let network = try FathomVideoLite(weights: Checkpoint(bytes: EmbeddedWeights.bytes, name: "embedded"))
        #expect(network.inputSize(width: width, height: height) == (inputWidth, inputHeight))
    }
}
