#if canImport(Glibc)
import Glibc
#endif

/// One axis of a separable resize: each new sample is a weighted mean of `taps` consecutive old ones.
struct ResampleWeights {
    /// How many old samples contribute to each new one.
    let taps: Int
    /// First contributing old sample per new sample; `start + taps` never exceeds the old count.
    let starts: [Int]
    /// `taps` weights per new sample, summing to one.
    let weights: [Float]

    /// Weights for going from `source` to `target` samples.
    init(from source: Int, to target: Int, filter: ResizeFilter) {
        let windows = (0..<target).map { Self.window(at: $0, from: source, to: target, filter: filter) }
        let taps = windows.reduce(1) { max($0, $1.weights.count) }
        var starts = [Int](repeating: 0, count: target)
        var weights = [Float](repeating: 0, count: target * taps)
        for (index, window) in windows.enumerated() {
            starts[index] = min(window.start, source - taps)
            let sum = window.weights.reduce(0, +)
            for (tap, weight) in window.weights.enumerated() {
                weights[index * taps + window.start - starts[index] + tap] = Float(weight / sum)
            }
        }
        self.taps = taps
        self.starts = starts
        self.weights = weights
    }

    private typealias Window = (start: Int, weights: [Double])

    private static func window(at index: Int, from source: Int, to target: Int, filter: ResizeFilter) -> Window {
        if source == target { return (index, [1]) }
        let ratio = Double(source) / Double(target)
        let center = (Double(index) + 0.5) * ratio
        switch filter {
        case .area:
            // Overlaps in units of 1/target of an old sample are whole numbers.
            let (lower, upper) = (index * source, (index + 1) * source)
            let (first, last) = (lower / target, (upper - 1) / target)
            return (first, (first...last).map { Double(min(upper, ($0 + 1) * target) - max(lower, $0 * target)) })
        case .bilinear:
            let first = (center - 0.5).rounded(.down)
            let t = center - 0.5 - first
            return clamped(Int(first), [1 - t, t], count: source)
        case .bilinearCorners:
            let position = target == 1 ? 0 : Double(index * (source - 1)) / Double(target - 1)
            let first = position.rounded(.down)
            return clamped(Int(first), [1 - (position - first), position - first], count: source)
        case .bicubic:
            let first = (center - 0.5).rounded(.down)
            let t = center - 0.5 - first
            return clamped(Int(first) - 1, [1 + t, t, 1 - t, 2 - t].map(cubic), count: source)
        case .lanczos3:
            let stretch = max(ratio, 1)
            let first = max(0, Int((center - 3 * stretch).rounded()))
            let end = min(source, Int((center + 3 * stretch).rounded()))
            return (first, (first..<end).map { lanczos((Double($0) + 0.5 - center) / stretch) })
        }
    }

    /// The window with taps beyond the border moved onto the border sample.
    private static func clamped(_ start: Int, _ weights: [Double], count: Int) -> Window {
        let first = min(max(start, 0), count - 1)
        let last = min(max(start + weights.count - 1, 0), count - 1)
        var result = [Double](repeating: 0, count: last - first + 1)
        for (tap, weight) in weights.enumerated() { result[min(max(start + tap, first), last) - first] += weight }
        return (first, result)
    }

    /// R. Keys, "Cubic convolution interpolation for digital image processing" (1981), eq. 4 with a = −0.75; 0 ≤ x ≤ 2.
    private static func cubic(_ x: Double) -> Double {
        let a = -0.75
        return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    }

    private static func lanczos(_ x: Double) -> Double {
        if abs(x) >= 3 { return 0 }
        if x == 0 { return 1 }
        let p = Double.pi * x
        return 3 * sin(p) * sin(p / 3) / (p * p)
    }
}
