import FathomCore

/// Weights made by a rule from their keys, for parity tests and benchmarks without any published file.
///
/// Element i of array k is a function of k, i, `salt` and `gain` alone (FNV-1a and SplitMix64); biases are small, matrices
/// keep the variance of their input when `gain` is 1, norms are near 1.
public struct GeneratedWeights: WeightSource {
    public let shapes: [String: [Int]]
    private let salt: String
    private let gain: Double

    public var label: String { "generated weights" }

    public init(shapes: [String: [Int]], salt: String = "", gain: Double = 1) {
        self.shapes = shapes
        self.salt = salt
        self.gain = gain
    }

    public func floats(_ key: String) -> Buffer<Float> {
        guard let shape = shapes[key] else { preconditionFailure("no array \(key)") }
        let count = shape.reduce(1, *)
        let last = key.split(separator: ".").last.map(String.init) ?? key
        var stream = Stream(key: salt + key)
        // One rounding to float per element, as float arithmetic on exact 24-bit values gives.
        let element: (Float) -> Float
        switch last {
        case "pos_embed", "cls_token": element = { 0.5 * (2 * $0 - 1) }
        case "running_var": element = { 0.5 + $0 }
        case "running_mean", "bias": element = { 0.1 * (2 * $0 - 1) }
        default:
            if shape.count >= 2 {
                let scale = Float(gain * (3 / Double(count / max(shape[0], 1))).squareRoot())
                element = { scale * (2 * $0 - 1) }
            } else {
                element = { 1 + 0.2 * (2 * $0 - 1) }
            }
        }
        var values = Buffer<Float>(uninitialized: count)
        values.withMutablePointer { for index in 0..<count { $0[index] = element(stream.next()) } }
        return values
    }

    /// `count` numbers lo + (hi − lo) · u of the stream of `key`: the inputs of reference tensors.
    public static func inputs(_ key: String, count: Int, in range: ClosedRange<Float>) -> Buffer<Float> {
        var stream = Stream(key: key)
        var values = Buffer<Float>(uninitialized: count)
        values.withMutablePointer {
            for index in 0..<count { $0[index] = range.lowerBound + (range.upperBound - range.lowerBound) * stream.next() }
        }
        return values
    }

    /// Numbers in [0, 1) with 24 bits.
    private struct Stream {
        private var state: UInt64

        init(key: String) {
            state = key.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }

        mutating func next() -> Float {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Float(z >> 40) * 0x1p-24
        }
    }
}
