import CKernels
import FathomCore

/// The speed of matrix products whose operands stay in cache: the peak that networks are measured against.
public struct MatrixProductBenchmark: Sendable {
    private static let (rows, inputs, outputs) = (48, 384, 1536)
    private static let rounds = 200

    private let layer: Linear
    private let x: Buffer<Float>

    public init(precision: Precision) {
        let weights = Buffer<Float>(repeating: 0.5, count: Self.inputs * Self.outputs)
        layer = Linear(weights: weights, bias: nil, inputs: Self.inputs, outputs: Self.outputs, precision: precision)
        x = Buffer(repeating: 0.5, count: Self.rows * Self.inputs)
    }

    /// Floating-point operations of one `run`.
    public var operations: Double {
        2 * Double(Self.rows * Self.inputs * Self.outputs * Self.rounds * ThreadPool.shared.threads)
    }

    /// Multiplies on all threads.
    public func run() {
        ThreadPool.shared.parallelFor(ThreadPool.shared.threads) { _ in
            var y = Buffer<Float>(uninitialized: Self.rows * Self.outputs)
            y.withMutablePointer { y in
                x.withPointer { x in
                    for _ in 0..<Self.rounds {
                        layer.apply(x, stride: Self.inputs, rows: Self.rows, into: y, stride: Self.outputs)
                    }
                }
            }
        }
    }
}
