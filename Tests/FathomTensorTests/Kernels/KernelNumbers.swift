import FathomCore
import FathomTensor

/// Reproducible numbers for kernel tests.
enum KernelNumbers {
    static func make(_ name: String, _ count: Int, in range: ClosedRange<Float> = -1...1) -> Buffer<Float> {
        GeneratedWeights.inputs(name, count: count, in: range)
    }

    /// Largest difference between values and their naïve twin, relative to the twin's largest magnitude.
    static func distance(_ values: Buffer<Float>, _ twin: [Double]) -> Double {
        precondition(values.count == twin.count, "different numbers of values")
        let scale = twin.reduce(0) { max($0, abs($1)) }
        return twin.indices.reduce(0) { largest, index in
            let value = Double(values[index])
            return value.isFinite ? max(largest, abs(value - twin[index])) : .infinity
        } / scale
    }
}
