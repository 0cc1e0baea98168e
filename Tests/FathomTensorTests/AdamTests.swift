import FathomCore
import FathomTensor
import Testing

/// The optimiser against its formula.
struct AdamTests {
    private static let rate: Float = 0.05

    /// Moments and correction of one number, in Double.
    private func twin(_ start: Double, _ gradients: [Double], skipsZeros: Bool) -> Double {
        var (x, m, v, n) = (start, 0.0, 0.0, 0)
        for g in gradients where !(skipsZeros && g == 0) {
            n += 1
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g * g
            let power = { (base: Double) in (0..<n).reduce(1.0) { product, _ in product * base } }
            x -= Double(Self.rate) * (m / (1 - power(0.9))) / ((v / (1 - power(0.999))).squareRoot() + 1e-8)
        }
        return x
    }

    @Test(arguments: [false, true])
    func stepsFollowTheFormula(isSparse: Bool) {
        var random = SeededRandom(seed: 1)
        let count = 1003
        var parameters = Buffer((0..<count).map { _ in Float(random.normal()) })
        let start = parameters.array
        var adam = Adam(Adam.Options(rate: Self.rate, isSparse: isSparse), count: count)
        var history = [[Double]](repeating: [], count: count)
        for _ in 0..<30 {
            let gradient = (0..<count).map { _ in random.uniform() < 0.4 ? 0 : Float(random.normal()) }
            for index in 0..<count { history[index].append(Double(gradient[index])) }
            adam.step(&parameters, gradient: Buffer(gradient))
        }
        for index in 0..<count {
            let expected = twin(Double(start[index]), history[index], skipsZeros: isSparse)
            #expect(abs(Double(parameters[index]) - expected) < 1e-5)
        }
    }

    /// A state taken over goes on to the same bits.
    @Test func stateHoldsEverything() {
        var (a, b) = (Buffer<Float>(repeating: 1, count: 20), Buffer<Float>(repeating: 1, count: 20))
        let gradient = Buffer((0..<20).map { Float($0) - 7 })
        var first = Adam(Adam.Options(rate: Self.rate, isSparse: true), count: 20)
        for _ in 0..<5 { first.step(&a, gradient: gradient) }
        for _ in 0..<3 { first.step(&a, gradient: gradient) }
        var second = Adam(Adam.Options(rate: Self.rate, isSparse: true), count: 20)
        for _ in 0..<5 { second.step(&b, gradient: gradient) }
        var third = Adam(Adam.Options(rate: Self.rate, isSparse: true), count: 20)
        third.state = second.state
        for _ in 0..<3 { third.step(&b, gradient: gradient) }
        #expect(a.array == b.array)
    }

    @Test func schedules() {
        #expect(LearningRate.constant.factor(step: 7, of: 10) == 1)
        #expect(abs(LearningRate.exponential(final: 0.01).factor(step: 9, of: 10) - 0.01) < 1e-6)
        #expect(abs(LearningRate.cosine(final: 0.1).factor(step: 9, of: 10) - 0.1) < 1e-6)
        #expect(LearningRate.cosine(final: 0.1).factor(step: 0, of: 10) == 1)
        #expect(LearningRate.staircase(factor: 0.5, steps: 4).factor(step: 9, of: 10) == 0.25)
    }
}
