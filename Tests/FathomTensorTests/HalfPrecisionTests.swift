import CKernels
import FathomCore
import Testing

/// 16-bit numbers against the naïve conversion: search among all of them.
@Suite struct HalfPrecisionTests {
    private typealias Widen = (UnsafePointer<UInt16>?, Int, UnsafeMutablePointer<Float>?) -> Void
    private typealias Narrow = (UnsafePointer<Float>?, Int, UnsafeMutablePointer<UInt16>?) -> Void

    private func widened(_ codes: [UInt16], _ kernel: Widen) -> [Float] {
        var floats = [Float](repeating: 0, count: codes.count)
        kernel(codes, codes.count, &floats)
        return floats
    }

    private func narrowed(_ floats: [Float], _ kernel: Narrow) -> [UInt16] {
        var codes = [UInt16](repeating: 0, count: floats.count)
        kernel(floats, floats.count, &codes)
        return codes
    }

    /// Floats of all sizes, with every number halfway between two codes and its neighbours.
    private func samples(_ all: [Float]) -> [Float] {
        var random = SeededRandom(seed: 3)
        var floats = (0..<20_001).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        let finite = all.filter { $0.isFinite && $0 >= 0 }
        for (low, high) in zip(finite, finite.dropFirst()) {
            let middle = low / 2 + high / 2
            floats += [middle, middle.nextUp, -middle.nextDown]
        }
        return floats + [
            .infinity, -.infinity, .nan, 0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 65519.996, 65520,
        ]
    }

    private func check(_ kernels: (widen: Widen, narrow: Narrow), exponentBits: Int, mantissaBits: Int) {
        let codes = (0...UInt16.max).map { $0 }
        let values = widened(codes, kernels.widen)
        // Every code has the value its fields say.
        let bias = 1 << (exponentBits - 1) - 1
        let top = 1 << exponentBits - 1
        for (code, value) in zip(codes, values) {
            let exponent = Int(code) >> mantissaBits & top
            let mantissa = Double(Int(code) & (1 << mantissaBits - 1)) / Double(1 << mantissaBits)
            if exponent == top {
                #expect(mantissa == 0 ? value.isInfinite : value.isNaN)
                continue
            }
            let power = Double(sign: .plus, exponent: max(exponent, 1) - bias, significand: 1)
            let magnitude = ((exponent == 0 ? 0 : 1) + mantissa) * power
            if abs(Double(value)) != magnitude || (value.sign == .minus) != (code >> 15 == 1) { Issue.record("code \(code)") }
        }
        #expect(zip(narrowed(values, kernels.narrow), zip(codes, values)).allSatisfy { $1.1.isNaN || $0 == $1.0 })

        // Positive codes in order are positive values in order: a binary search finds the two neighbours.
        let positive = values.prefix(top << mantissaBits)
        let limit = Double(positive.last!) + (Double(positive.last!) - Double(positive[positive.count - 2])) / 2
        let inputs = samples(values)
        for (input, code) in zip(inputs, narrowed(inputs, kernels.narrow)) {
            let value = values[Int(code)]
            if input.isNaN {
                if !value.isNaN { Issue.record("NaN became \(value)") }
                continue
            }
            let magnitude = Double(input.magnitude)
            var expected = positive.count
            if magnitude < limit {
                var low = 0
                var high = positive.count
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if Double(positive[middle]) <= magnitude { low = middle } else { high = middle }
                }
                let next = low + 1 < positive.count ? Double(positive[low + 1]) : .infinity
                let (below, above) = (magnitude - Double(positive[low]), next - magnitude)
                expected = below < above || below == above && low % 2 == 0 || next == .infinity ? low : low + 1
            }
            if Int(code & 0x7FFF) != expected || (code >> 15 == 1) != (input.sign == .minus) {
                Issue.record("\(input) became \(value) instead of \(values[expected])")
            }
        }
    }

    @Test func halfPrecision() {
        check((fathom_float_from_half, fathom_half_from_float), exponentBits: 5, mantissaBits: 10)
    }

    @Test func bfloat16() {
        check((fathom_float_from_bfloat16, rounded), exponentBits: 8, mantissaBits: 7)

        /// `fathom_round_bf16` into memory that has no room for the zero after an odd count.
        func rounded(_ floats: UnsafePointer<Float>?, _ count: Int, _ values: UnsafeMutablePointer<UInt16>?) {
            var padded = [UInt16](repeating: 0, count: count + 1)
            fathom_round_bf16(floats, count, &padded)
            values?.update(from: padded, count: count)
        }
    }
}
