import CKernels
import FathomCore
import FathomTensor

/// Group normalisation of one frame, with statistics over its pixels and the channels of a group, as a scale and a shift per
/// channel.
struct GroupNorm: Sendable {
    static let groups = 32
    private static let epsilon = 1e-6

    private let weight: Buffer<Float>
    private let bias: Buffer<Float>

    init(_ weights: WeightReader) throws {
        weight = try weights.floats("norm.weight")
        bias = try weights.floats("norm.bias")
    }

    /// What each channel of `map` is multiplied with, then what is added.
    func factors(of map: FeatureMap) -> (scale: Buffer<Float>, shift: Buffer<Float>) {
        let channels = map.channels
        let members = channels / Self.groups
        let count = Double(map.pixelCount * members)
        func groupSums(_ means: Buffer<Float>?) -> [Double] {
            var sums = [Double](repeating: 0, count: channels)
            map.values.withPointer { values in
                if let means {
                    means.withPointer { fathom_column_sums(values, map.pixelCount, channels, $0, &sums) }
                } else {
                    fathom_column_sums(values, map.pixelCount, channels, nil, &sums)
                }
            }
            return (0..<Self.groups).map { group in sums[group * members..<(group + 1) * members].reduce(0, +) / count }
        }
        let means = groupSums(nil)
        let variances = groupSums(Buffer((0..<channels).map { Float(means[$0 / members]) }))
        var scale = Buffer<Float>(uninitialized: channels)
        var shift = Buffer<Float>(uninitialized: channels)
        for channel in 0..<channels {
            let group = channel / members
            let factor = Double(weight[channel]) / (variances[group] + Self.epsilon).squareRoot()
            scale[channel] = Float(factor)
            shift[channel] = Float(Double(bias[channel]) - means[group] * factor)
        }
        return (scale, shift)
    }
}
