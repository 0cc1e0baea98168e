import FathomCore
import FathomGeometry
import FathomMedia

/// Prepares the frames of a clip for one alignment and turns aligned values into depth.
struct ClipAlignment {
    /// A frame at the truth's size.
    struct Frame {
        /// The prediction, raised to the minimum, and the truth.
        var pair: DepthPair
        /// True depth, NaN outside the limits.
        var truth: DepthMap
    }

    /// Least prediction, aligned inverse depth and depth; true depths count above it.
    let minimum: Float
    /// Largest depth; true depths count below it.
    let maximum: Float

    init(_ options: DepthEvaluationOptions) {
        minimum = Float(options.minimumDepth ?? 1e-3)
        maximum = Float(options.maximumDepth ?? .infinity)
    }

    /// The frame at the truth's size, with too small predictions raised and truth outside the limits left out.
    ///
    /// - Throws: `inputInvalid` when the truth is not metric.
    func frame(prediction: DepthMap, truth: DepthMap) throws -> Frame {
        var (prediction, truth) = (prediction, truth)
        if (prediction.width, prediction.height) != (truth.width, truth.height) {
            prediction.values = prediction.values.resized(width: truth.width, height: truth.height, filter: .bilinear)
        }
        if prediction.convention == .affineInverse || prediction.convention == .inverse {
            prediction.values.change { $0 < minimum ? minimum : $0 }
        }
        truth.values.change { $0 > minimum && $0 < maximum ? $0 : .nan }
        return Frame(
            pair: try DepthPair(prediction: prediction, truth: truth, range: 0...(.greatestFiniteMagnitude)), truth: truth)
    }

    /// Depth after alignment, within the limits, in the truth's unit; NaN where there is no prediction.
    func depth(of frame: Frame, aligned fit: DepthFit) -> DepthMap {
        let pair = frame.pair
        var depth = Raster<Float>(uninitializedWidth: frame.truth.width, height: frame.truth.height)
        let (minimum, maximum) = (Double(minimum), Double(maximum))
        withMutablePointers(&depth) { depth in
            ThreadPool.shared.parallelFor(pair.count, grain: 1 << 15) { range in
                for index in range {
                    let aligned = fit.scale * Double(pair.prediction(at: index)) + fit.shift
                    if aligned.isNaN {
                        depth[index] = .nan
                    } else {
                        let value = pair.isInverse ? 1 / max(aligned, minimum) : aligned
                        depth[index] = Float(min(max(value, minimum), maximum))
                    }
                }
            }
        }
        return DepthMap(values: depth, convention: frame.truth.convention)
    }
}

extension Raster<Float> {
    /// Replaces every sample.
    fileprivate mutating func change(_ change: (Float) -> Float) {
        let count = samples.count
        withMutablePointer { values in
            for index in 0..<count { values[index] = change(values[index]) }
        }
    }
}
