import FathomCore
import FathomDepth
import FathomModels
import FathomTensor
import Testing

/// The published check values G1 to G4, which were computed in double precision.
struct CheckValueTests {
    private static let frames = (0..<3).map { frame in
        FeatureMap(
            planes: Buffer((0..<3 * 28 * 42).map { Float(2 * RankedWeights.uniform(1_000_000, frame * 3 * 28 * 42 + $0)) }),
            width: 42, height: 28, channels: 3)
    }

    private func network(silencesMotion: Bool = false) throws -> VideoDepthAnything {
        try VideoDepthAnything(
            weights: RankedWeights(shapes: EncoderSize.small.videoShapes, silencesMotion: silencesMotion), size: .small)
    }

    private func depths(_ network: VideoDepthAnything) throws -> [FeatureMap] {
        var depths: [FeatureMap] = []
        try network.decode(Self.frames.map { network.encode($0) }) { _, depth in
            depths.append(FeatureMap(width: depth.width, height: depth.height, channels: 1, values: depth.samples))
        }
        return depths
    }

    /// Mean and the values at (0, 0), (13, 20), (27, 41) as row, column.
    private func expect(_ depth: FeatureMap, _ mean: Double, _ values: [Double]) {
        let sum = depth.values.array.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum / Double(depth.pixelCount) - mean) < 1e-4)
        for (place, value) in zip([0, 13 * 42 + 20, 27 * 42 + 41], values) {
            #expect(abs(Double(depth.values[place]) - value) < 1e-3)
        }
    }

    @Test func rule() {
        let values = [(0, 0), (0, 1), (0, 2), (5, 0), (5, 1)].map { RankedWeights.uniform($0.0, $0.1) }
        for (value, wanted) in zip(values, [0.76662162, 0.13312315, 0.18237947, 0.42339794, -0.11696709]) {
            #expect(abs(value - wanted) < 1e-8)
        }
    }

    @Test func g1Window() throws {
        let network = try network()
        let taps = network.taps(Self.frames[0])
        let wanted: [[Float]] = [
            [-0.4009178, 2.0198887, 0.5082416], [-0.5878053, 2.0413917, 1.4080561], [-0.1370190, 2.4364850, 1.9316953],
            [-0.2039311, 2.2373436, 1.4037695],
        ]
        for (tap, values) in zip(taps, wanted) {
            for (channel, value) in values.enumerated() { #expect(abs(tap.values[channel] - value) < 1e-4) }
        }
        let depths = try depths(network)
        expect(depths[0], 2.153978377, [2.19304536, 2.33831445, 1.17009281])
        expect(depths[1], 2.307848227, [2.39174159, 2.45062796, 1.52802194])
        expect(depths[2], 1.636443614, [2.48380214, 1.66280714, 1.03028759])
    }

    @Test func g2WithoutMotionItIsDepthAnything() throws {
        let silent = try depths(network(silencesMotion: true))
        expect(silent[0], 1.8708021758, [1.69412226, 2.13378534, 0.9364608])
        // The same arrays under the names of Depth Anything V2.
        struct Renamed: WeightSource {
            let video = RankedWeights(shapes: EncoderSize.small.videoShapes)
            let shapes = EncoderSize.small.imageShapes
            var label: String { video.label }
            func floats(_ key: String) throws -> Buffer<Float> {
                try video.floats(key.replacing("depth_head.", with: "head."))
            }
        }
        let image = try DepthAnything(weights: Renamed(), size: .small)
        for (frame, depth) in zip(Self.frames, silent) { #expect(image(frame).values == depth.values) }
    }

    @Test func g3Streaming() throws {
        let network = try network()
        var state = network.makeState()
        let wanted: [(Double, [Double])] = [
            (1.565258887, [2.27766156, 0.73659671, 1.22156604]), (1.209802341, [1.74332885, 0.35410936, 1.11817649]),
            (1.307528821, [2.18337693, 0.28051699, 0.90960749]),
        ]
        for (frame, (mean, values)) in zip(Self.frames, wanted) {
            let depth = network.next(frame, &state)
            expect(FeatureMap(width: 42, height: 28, channels: 1, values: depth.samples), mean, values)
        }
    }

    @Test func g4TemporalModule() throws {
        let name = "temporal_transformer."
        let shapes = Dictionary(uniqueKeysWithValues: TemporalModule.shapes(width: 64).map { (name + $0, $1) })
        let module = try TemporalModule(WeightReader(RankedWeights(shapes: shapes), prefix: name), width: 64)
        // Input [channel, time, row, column] of 64 × 4 × 2 × 3.
        var maps = (0..<4).map { time in
            var map = FeatureMap(uninitializedWidth: 3, height: 2, channels: 64)
            for pixel in 0..<6 {
                for channel in 0..<64 {
                    map.values[pixel * 64 + channel] = Float(RankedWeights.uniform(1_000_000, (channel * 4 + time) * 6 + pixel))
                }
            }
            return map
        }
        module.apply(to: &maps)
        let mean = maps.flatMap(\.values.array).reduce(0.0) { $0 + Double(abs($1)) } / (4 * 6 * 64)
        #expect(abs(mean - 1.4761152513) < 1e-5)
        #expect(abs(maps[0].values[0] - 2.97067206) < 1e-4)
        #expect(abs(maps[1].values[5 * 64 + 5] - 2.16103889) < 1e-4)
        #expect(abs(maps[3].values[3 * 64 + 63] - 0.77082272) < 1e-4)
        let table = TemporalAttention.table(width: 64)
        for (place, value) in [(64, 0.84147096), (65, 0.54030234), (31 * 64 + 62, 0.00413390), (31 * 64 + 63, 0.99999148)] {
            #expect(abs(Double(table[place]) - value) < 1e-7)
        }
    }

    /// 42 frames are remembered; the window is {first, 41 ago, 29 … 1 ago} from then on.
    @Test func streamingRemembersTheRightFrames() throws {
        var order = StreamingHistory<Int>()
        for frame in 0..<60 {
            if frame >= 42 {
                #expect(order.context == [0, frame - 41] + Array(frame - 29..<frame))
            } else if frame >= 30 {
                #expect(order.context == [0, 0] + Array(frame - 29..<frame))
            } else if frame > 0 {
                #expect(order.context == Array(repeating: 0, count: 32 - frame) + Array(1..<frame))
            }
            order.append(frame)
        }
    }
}
