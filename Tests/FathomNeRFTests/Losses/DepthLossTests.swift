import FathomCore
import FathomNeRF
import FathomTestSupport
import Testing

@Suite struct DepthLossTests {
    private static let floats = GradientCheck.Tolerance(absolute: 2e-5, relative: 1e-4, because: "losses are summed from floats")

    private func numbers(_ count: Int, seed: UInt64, _ range: Range<Double> = 0..<1) -> [Double] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in random.uniform(range) }
    }

    @Test func metricDepthPullsByConfidenceUpToARadius() throws {
        let loss = MetricDepthLoss(radius: 0.25)
        var gradients = [Float](repeating: 0, count: 4)
        // Inside, outside, no target, no depth.
        let value = loss.accumulate(
            [0.5, 0.25, 0.5, .nan], targets: [0.375, 0.75, .nan, 0.5], confidences: [1, 0.5, 1, 1], weight: 2, into: &gradients)
        #expect(value == (0.125 * 0.125 / 2 + 0.5 * 0.25 * (0.5 - 0.125)) / 2)
        #expect(gradients == [0.125, -0.125, 0, 0])
    }

    @Test func metricDepthMatchesDifferences() throws {
        let loss = MetricDepthLoss(radius: 0.2)
        let (targets, confidences) = (numbers(40, seed: 1).map(Float.init), numbers(40, seed: 2).map(Float.init))
        // At least two steps away from the kinks of the second derivative, which a difference smooths.
        let depths = numbers(40, seed: 3)
        func value(_ depths: [Double], _ gradients: inout [Float]) -> Double {
            loss.accumulate(depths.map(Float.init), targets: targets, confidences: confidences, weight: 1, into: &gradients)
        }
        var gradients = [Float](repeating: 0, count: 40)
        _ = value(depths, &gradients)
        let worst = GradientCheck(step: 1e-3, tolerance: Self.floats).worst(at: depths, gradient: gradients.map(Double.init)) {
            var unused = [Float](repeating: 0, count: 40)
            return value($0, &unused)
        }
        #expect(worst.isAllowed, "\(worst)")
    }

    @Test func bandsGatherTheWeightOfARay() throws {
        let count = 24
        let weights = numbers(count, seed: 4, 0..<0.05)
        let middles = (0..<count).map { (Float($0) + 0.5) / Float(count) }
        let lengths = [Float](repeating: 1 / Float(count), count: count)
        func value(_ weights: [Double], band: ClosedRange<Float>, _ gradients: inout [Float]) -> Double {
            Double(
                DepthBandLoss.accumulate(
                    weights: weights.map(Float.init), middles: middles, lengths: lengths, count: count, band: band,
                    confidence: 0.5, weight: 1, into: &gradients))
        }
        for band: ClosedRange<Float> in [0.3...0.47, 0.501...0.502] {
            var gradients = [Float](repeating: 0, count: count)
            _ = value(weights, band: band, &gradients)
            // Samples 7…11 reach into the wide band; a band narrower than a sample still has the one that it lies in.
            #expect(gradients.indices.filter { gradients[$0] != 0 } == (band.lowerBound < 0.4 ? Array(7...11) : [12]))
            #expect(gradients.allSatisfy { $0 <= 0 })
            let check = GradientCheck(step: 1e-2, tolerance: Self.floats)
            let worst = check.worst(at: weights, gradient: gradients.map(Double.init)) {
                var unused = [Float](repeating: 0, count: count)
                return value($0, band: band, &unused)
            }
            #expect(worst.isAllowed, "\(worst)")
        }
        var gradients = [Float](repeating: 0, count: count)
        var all = [Double](repeating: 0, count: count)
        all[12] = 1
        #expect(value(all, band: 0.501...0.502, &gradients) == 0 && gradients.allSatisfy { $0 == 0 })
    }

    @Test func smoothnessMatchesDifferencesAndIsZeroForLevelPatches() throws {
        let count = 2 * DepthSmoothnessLoss.side * DepthSmoothnessLoss.side
        let (depths, opacities) = (numbers(count, seed: 5), numbers(count, seed: 6).map(Float.init))
        func value(_ depths: [Double], _ gradients: inout [Float], weight: Float = 1) -> Double {
            DepthSmoothnessLoss.accumulate(depths.map(Float.init), opacities: opacities, weight: weight, into: &gradients)
        }
        var gradients = [Float](repeating: 0, count: count)
        let loss = value(depths, &gradients, weight: 3)
        var naive = 0.0
        for patch in 0..<2 {
            for y in 0..<7 {
                for x in 0..<7 {
                    let i = 64 * patch + 8 * y + x
                    let (a, b) = (depths[i] - depths[i + 1], depths[i] - depths[i + 8])
                    naive += Double(opacities[i]) * (a * a + b * b) / 98
                }
            }
        }
        #expect(abs(loss - naive) < 1e-6)
        let worst = GradientCheck(step: 1e-2, tolerance: Self.floats)
            .worst(at: depths, gradient: gradients.map { Double($0) / 3 }) {
                var unused = [Float](repeating: 0, count: count)
                return value($0, &unused)
            }
        #expect(worst.isAllowed, "\(worst)")
        // A patch does not end where the next one begins: level patches at different depths cost nothing.
        let level = (0..<count).map { $0 < 64 ? 0.25 : 0.75 }
        #expect(value(level, &gradients) == 0)
        #expect(DepthSmoothnessLoss.weight(at: 0) == 400 && DepthSmoothnessLoss.weight(at: 256) == 200.05)
        #expect(abs(DepthSmoothnessLoss.weight(at: 512) - 0.1) < 1e-4 && abs(DepthSmoothnessLoss.weight(at: 9000) - 0.1) < 1e-4)
    }
}
