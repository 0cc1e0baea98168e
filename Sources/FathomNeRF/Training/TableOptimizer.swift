import CKernels
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Adam for tables of which a step touches a part: entries of two numbers whose gradient is 0 stay as they are, and so do their
/// moments; the bias of each is corrected by its own count of steps.
public struct TableOptimizer: Sendable {
    public private(set) var first: Buffer<Float>
    public private(set) var second: Buffer<Float>
    /// Steps of each entry.
    public private(set) var steps: Buffer<UInt32>
    private let beta1: Float
    private let beta2: Float
    private let epsilon: Float
    /// Pairs of factors that correct the bias after n steps.
    private let corrections: Buffer<Float>
    private static let grain = 1 << 14

    /// - Parameter count: of numbers, even.
    public init(count: Int, beta1: Float = 0.9, beta2: Float = 0.99, epsilon: Float = 1e-15) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        first = Buffer(repeating: 0, count: count)
        second = Buffer(repeating: 0, count: count)
        steps = Buffer(repeating: 0, count: count / 2)
        // From here on both factors are 1 to the last bit.
        let last = Int((17.4 / -log(Double(max(beta1, beta2)))).rounded(.up))
        corrections = Buffer(
            (0...last).flatMap { n -> [Float] in
                n == 0 || n == last
                    ? [1, 1]
                    : [1 / (1 - pow(Double(beta1), Double(n))), 1 / (1 - pow(Double(beta2), Double(n)))].map { Float($0) }
            })
    }

    /// Takes a step and makes the gradient 0; returns the number of entries that moved.
    public mutating func step(_ parameters: inout Buffer<Float>, gradient: inout Buffer<Float>, rate: Float) -> Int {
        precondition(parameters.count == first.count && gradient.count == first.count, "the number of parameters has changed")
        let (entries, last) = (first.count / 2, corrections.count / 2 - 1)
        let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
        var moved = Buffer<Int>(repeating: 0, count: (entries + Self.grain - 1) / Self.grain)
        withMutablePointers(&parameters, &gradient, &moved) { parameters, gradient, moved in
            withMutablePointers(&first, &second, &steps) { first, second, steps in
                withPointers(corrections) { corrections in
                    ThreadPool.shared.parallelFor(entries, grain: Self.grain) { range in
                        let at = 2 * range.lowerBound
                        var options = fathom_table_options(
                            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, corrections: corrections.base,
                            last: UInt32(last))
                        moved[range.lowerBound / Self.grain] = fathom_table_step(
                            &options, range.count, gradient + at, parameters + at, first + at, second + at,
                            steps + range.lowerBound)
                    }
                }
            }
        }
        return moved.array.reduce(0, +)
    }

    /// All that the next step needs beside parameters.
    public var state: State {
        get { State(first: first, second: second, steps: steps) }
        set {
            precondition(newValue.first.count == first.count, "the state is of another number of parameters")
            (first, second, steps) = (newValue.first, newValue.second, newValue.steps)
        }
    }

    public struct State: Sendable {
        public var first: Buffer<Float>
        public var second: Buffer<Float>
        public var steps: Buffer<UInt32>

        public init(first: Buffer<Float>, second: Buffer<Float>, steps: Buffer<UInt32>) {
            self.first = first
            self.second = second
            self.steps = steps
        }
    }
}
