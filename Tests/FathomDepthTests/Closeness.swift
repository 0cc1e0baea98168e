import FathomCore
import FathomTensor
import FathomTestSupport

/// How far computed values are from golden ones.
struct Closeness: CustomStringConvertible {
    /// Largest difference.
    let largest: Double
    /// Standard deviation of the golden values.
    let deviation: Double

    init(_ values: Buffer<Float>, _ golden: Buffer<Float>) {
        precondition(values.count == golden.count, "different numbers of values")
        var largest = 0.0
        var sum = 0.0
        var squares = 0.0
        for index in 0..<golden.count {
            let (value, truth) = (Double(values[index]), Double(golden[index]))
            largest = value.isFinite ? max(largest, abs(value - truth)) : .infinity
            sum += truth
            squares += truth * truth
        }
        self.largest = largest
        let mean = sum / Double(golden.count)
        deviation = max(0, squares / Double(golden.count) - mean * mean).squareRoot()
    }

    /// The largest difference in units of the golden values' standard deviation.
    var relative: Double { largest / deviation }

    var description: String { "largest difference \(largest), standard deviation \(deviation), ratio \(relative)" }
}

extension FeatureMap {
    /// A map from planes [channels, height, width] that start at `first` of `values`.
    init(planes values: Buffer<Float>, first: Int = 0, width: Int, height: Int, channels: Int) {
        var interleaved = Buffer<Float>(uninitialized: width * height * channels)
        for channel in 0..<channels {
            for pixel in 0..<width * height {
                interleaved[pixel * channels + channel] = values[first + channel * width * height + pixel]
            }
        }
        self.init(width: width, height: height, channels: channels, values: interleaved)
    }
}
