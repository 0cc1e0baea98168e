import CKernels
import FathomCore

/// The Adam optimiser: steps along the mean of past gradients, scaled by their root mean square.
///
/// Kingma & Ba, "Adam: A method for stochastic optimization", 2015. A sparse one leaves numbers whose gradient is exactly 0, and
/// their moments, as they are, and corrects each number's bias by its own count of steps: the entries of hash tables, most of
/// which no sample touches. Linear in the numbers; equal bits for any number of threads.
public struct Adam: Sendable {
    public struct Options: Sendable, Equatable {
        /// Size of a step where gradients agree, in the parameters' units.
        public var rate: Float
        public var beta1: Float
        public var beta2: Float
        public var epsilon: Float
        public var isSparse: Bool

        public init(rate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, isSparse: Bool = false) {
            self.rate = rate
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.isSparse = isSparse
        }
    }

    public var options: Options
    /// Steps taken.
    public private(set) var stepCount = 0
    private var first: Buffer<Float>
    private var second: Buffer<Float>
    /// Steps of each number, of a sparse one.
    private var steps: Buffer<UInt32>

    /// - Parameter count: how many numbers there are.
    public init(_ options: Options, count: Int) {
        self.options = options
        first = Buffer(repeating: 0, count: count)
        second = Buffer(repeating: 0, count: count)
        steps = Buffer(repeating: 0, count: options.isSparse ? count : 0)
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - gradient: as many numbers as parameters, all finite.
    ///   - rateFactor: of a schedule, times the rate.
    public mutating func step(_ parameters: inout Buffer<Float>, gradient: Buffer<Float>, rateFactor: Float = 1) {
        precondition(parameters.count == first.count && gradient.count == first.count, "the number of parameters has changed")
        stepCount += 1
        let (options, step, count) = (options, UInt32(clamping: stepCount), first.count)
        withMutablePointers(&parameters, &first, &second, &steps) { parameters, first, second, steps in
            withPointers(gradient) { gradient in
                ThreadPool.shared.parallelFor(count, grain: 1 << 16) { range in
                    let at = range.lowerBound
                    var kernel = fathom_adam_options(
                        rate: options.rate * rateFactor, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon)
                    if options.isSparse {
                        fathom_adam_sparse(
                            &kernel, gradient + at, range.count, parameters + at, first + at, second + at, steps + at)
                    } else {
                        fathom_adam(&kernel, step, gradient + at, range.count, parameters + at, first + at, second + at)
                    }
                }
            }
        }
    }

    /// All that the next step needs beside the parameters: moments and counts.
    public var state: State {
        get { State(stepCount: stepCount, first: first, second: second, steps: steps) }
        set {
            precondition(newValue.first.count == first.count, "the state is of another number of parameters")
            (stepCount, first, second, steps) = (newValue.stepCount, newValue.first, newValue.second, newValue.steps)
        }
    }

    public struct State: Sendable {
        public var stepCount: Int
        public var first: Buffer<Float>
        public var second: Buffer<Float>
        public var steps: Buffer<UInt32>

        public init(stepCount: Int, first: Buffer<Float>, second: Buffer<Float>, steps: Buffer<UInt32>) {
            self.stepCount = stepCount
            self.first = first
            self.second = second
            self.steps = steps
        }
    }
}
