/// The integer tree of generalised binary search: a pixel's state is a bin of a range split into 2^level equal bins.
///
/// GBi-Net (Mi, Di, Xu: "Generalized Binary Search Network for Highly-Efficient Multi-View Stereo", CVPR 2022; MVS spec
/// §1.6). Each step compares the two children of the chosen bin and one more child on either side, the tolerance bins, so
/// that a choice that is off by one bin can be repaired later. The range may hold depths or inverse depths.
public struct BinTree: Sendable, Equatable {
    /// Lower end of the range.
    public let lower: Double
    /// Upper end of the range.
    public let upper: Double

    public init(_ range: ClosedRange<Double>) {
        lower = range.lowerBound
        upper = range.upperBound
    }

    /// A chosen bin: `key` in 0 ..< 2^level.
    public struct Bin: Sendable, Equatable, BitwiseCopyable {
        public var level: Int
        public var key: Int

        public init(level: Int, key: Int) {
            self.level = level
            self.key = key
        }

        /// The state before the first choice, whose four hypotheses are four equal bins.
        public static let root = Bin(level: 1, key: 0)

        /// The bin chosen by `label` 0…3 among the four hypotheses.
        ///
        /// From the root the label is the key; later it stands for child −1, 0, +1, +2 of the parent.
        public func choosing(_ label: Int) -> Bin {
            precondition((0...3).contains(label), "a label is 0, 1, 2 or 3")
            if level == 1 { return Bin(level: 2, key: label) }
            return Bin(level: level + 1, key: min(max(2 * key + label - 1, 0), (1 << (level + 1)) - 1))
        }
    }

    /// The four values to compare next. At the ends of the range a tolerance bin collapses to the end itself.
    public func hypotheses(of bin: Bin) -> SIMD4<Double> {
        if bin.level == 1 {
            return SIMD4(0.5, 1.5, 2.5, 3.5) * ((upper - lower) / 4) + lower
        }
        let count = 1 << (bin.level + 1)
        let width = (upper - lower) / Double(count)
        var values = SIMD4<Double>()
        for i in 0..<4 {
            let a = max(2 * bin.key + i - 1, 0), b = min(2 * bin.key + i, count)
            values[i] = lower + width * Double(a + b) / 2
        }
        return values
    }

    /// Centre of a bin.
    public func value(of bin: Bin) -> Double {
        lower + (Double(bin.key) + 0.5) * (upper - lower) / Double(1 << bin.level)
    }

    /// The bin of a level that holds a value; values outside the range go to the first or last bin.
    public func bin(holding value: Double, level: Int) -> Bin {
        let count = 1 << level
        let key = ((value - lower) / ((upper - lower) / Double(count))).rounded(.down)
        return Bin(level: level, key: Int(min(max(key, 0), Double(count - 1))))
    }

    /// The label whose bin holds `truth`, nil when it is in none of the four (MVS spec §1.7).
    ///
    /// The last tolerance bin reaches one child past the end of the range.
    public func label(of bin: Bin, truth: Double) -> Int? {
        let edges: (Int) -> Double = { [self] i in
            if bin.level == 1 { return lower + (upper - lower) * Double(i) / 4 }
            let count = 1 << (bin.level + 1)
            return lower + (upper - lower) / Double(count) * Double(min(max(2 * bin.key + i - 1, 0), count + 1))
        }
        return (0..<4).first { edges($0) <= truth && truth < edges($0 + 1) }
    }
}
