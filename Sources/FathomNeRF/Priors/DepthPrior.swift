import FathomCore
import FathomGeometry
import FathomMedia

/// What is known beforehand about the depth of one training view: an order of its pixels, or depth itself.
///
/// Only the order within one view is relied on, unless the prior is metric.
public struct DepthPrior: Sendable {
    /// With as few usable pixels as this, or fewer, neither a window nor a view says anything.
    public static let fewestPixels = 10

    /// Height × width, any monotone unit; NaN marks pixels that are not usable. All other values are finite.
    public private(set) var values: Raster<Float>
    /// nil as long as nothing has told it; `PriorOrientation` finds it.
    public var order: PriorOrder?
    /// Whether values are camera z in scene units, so that they can be compared with what is rendered.
    public var isMetric: Bool
    /// How much a metric value is to be trusted, 0…1, the size of `values`; nil: all alike.
    public private(set) var weights: Raster<Float>?

    /// A prior of numbers.
    ///
    /// - Parameters:
    ///   - values: one channel; what is not finite is not usable.
    ///   - mask: the same size, 0 where values are not to be used.
    ///   - zeroIsInvalid: whether 0 stands for no value, as in what sensors record.
    ///   - weights: the same size; pixels of weight 0 are not used.
    public init(
        values: Raster<Float>, mask: Raster<UInt8>? = nil, order: PriorOrder?, zeroIsInvalid: Bool = false,
        isMetric: Bool = false,
        weights: Raster<Float>? = nil
    ) {
        precondition(values.channels == 1 && mask?.channels ?? 1 == 1 && weights?.channels ?? 1 == 1, "a prior has one channel")
        precondition(mask.map { $0.width == values.width && $0.height == values.height } ?? true, "prior and mask differ in size")
        precondition(
            weights.map { $0.width == values.width && $0.height == values.height } ?? true, "prior and weights differ in size")
        var usable = values
        usable.withMutablePointer { usable in
            withPointers(mask, weights) { mask, weights in
                for index in 0..<values.pixelCount {
                    let isMasked = mask.map { $0[index] == 0 } ?? false
                    let isWeightless = weights.map { !($0[index] > 0) } ?? false
                    let isMissing = !usable[index].isFinite || (zeroIsInvalid && usable[index] == 0)
                    if isMasked || isWeightless || isMissing { usable[index] = .nan }
                }
            }
        }
        self.values = usable
        self.order = order
        self.isMetric = isMetric
        self.weights = weights
    }

    /// The prior that a depth map is: its convention tells the order, its confidence weighs metric depth.
    ///
    /// - Parameter mask: the same size, 0 where depth is not to be used.
    public init(_ map: DepthMap, mask: Raster<UInt8>? = nil) {
        let isMetric = map.convention.isMetric
        self.init(
            values: map.values, mask: mask, order: PriorOrder(map.convention), zeroIsInvalid: isMetric, isMetric: isMetric,
            weights: map.confidence)
    }

    /// Pixels per row.
    public var width: Int { values.width }
    /// Rows.
    public var height: Int { values.height }

    /// Pixels with a value.
    public var usablePixels: Int {
        values.withPointer { values in (0..<width * height).reduce(0) { $0 + (values[$1].isNaN ? 0 : 1) } }
    }

    /// The distance between the 5th and the 95th percentile of the usable values; 0 without any. O(n log n).
    public var spread: Float {
        let sorted = values.samples.array.filter { !$0.isNaN }.sorted()
        guard let last = sorted.indices.last else { return 0 }
        func percentile(_ share: Double) -> Float { sorted[Int((share * Double(last)).rounded())] }
        return percentile(0.95) - percentile(0.05)
    }
}
