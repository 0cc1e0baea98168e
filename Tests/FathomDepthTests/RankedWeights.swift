import FathomCore
import FathomTensor

/// The weight rule of the published check values G1 to G4: SplitMix64 of an array's rank among the sorted keys.
struct RankedWeights: WeightSource {
    let shapes: [String: [Int]]
    /// Whether the projections that end the temporal modules are zero, as before training.
    var silencesMotion = false
    private let ranks: [String: Int]

    var label: String { "ranked weights" }

    init(shapes: [String: [Int]], silencesMotion: Bool = false) {
        self.shapes = shapes
        self.silencesMotion = silencesMotion
        let keys = shapes.keys.filter { !$0.hasSuffix(".pe") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        ranks = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
    }

    func floats(_ key: String) throws -> Buffer<Float> {
        guard let shape = shapes[key], let rank = ranks[key] else { preconditionFailure("no array \(key)") }
        let count = shape.reduce(1, *)
        if silencesMotion && key.contains("proj_out") { return Buffer(repeating: 0, count: count) }
        let last = key.split(separator: ".").last ?? ""
        let scale: Double
        var offset = 0.0
        switch last {
        case _ where key.hasSuffix("output_conv2.2.bias"): (scale, offset) = (0, 1)
        case "pos_embed", "cls_token", "mask_token": scale = 0.5
        case "gamma": (scale, offset) = (0.25, 0.5)
        case "bias": scale = 0.1
        case _ where shape.count == 1: (scale, offset) = (0.2, 1)
        default: scale = (3 * Double(shape[0]) / Double(count)).squareRoot()
        }
        var values = Buffer<Float>(uninitialized: count)
        values.withMutablePointer {
            for index in 0..<count { $0[index] = Float(offset + scale * Self.uniform(rank, index)) }
        }
        return values
    }

    /// Number `index` of stream `stream`, in [−1, 1).
    static func uniform(_ stream: Int, _ index: Int) -> Double {
        var z = UInt64(stream) << 32 &+ UInt64(index) &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-53 * 2 - 1
    }
}
