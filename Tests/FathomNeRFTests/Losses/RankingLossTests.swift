import FathomNeRF
import Testing

@Suite struct RankingLossTests {
    private func quads(_ ranked: [Bool]) -> [Quad] {
        ranked.map { Quad(view: 0, isRanked: $0, near: .zero, far: .zero, nearNeighbor: .zero, farNeighbor: .zero) }
    }

    /// Binary fractions, so that everything is exact: m = 1/1024.
    @Test func violatedPairsPullBothWays() {
        let loss = RankingLoss(margin: 1.0 / 1024)
        // Wrong; right; right but by half of the margin only; not ranked; without depth.
        let depths: [Float] = [
            0.75, 0.5, 9, 9, 0.25, 0.5, 9, 9, 0.5, 0.5 + 1.0 / 2048, 9, 9, 0.75, 0.5, 9, 9, .infinity, 0.5, 9, 9,
        ]
        var gradients = [Float](repeating: 0, count: 20)
        let value = loss.accumulate(depths, of: quads([true, true, true, false, true]), weight: 1, into: &gradients)
        #expect(value.pairs == 3 && value.violated == 2 && value.violatedShare == 2.0 / 3)
        #expect(value.loss == (0.25 + 1.0 / 1024 + 1.0 / 2048) / 3)
        let third: Float = 1.0 / 3
        #expect(gradients == [third, -third, 0, 0, 0, 0, 0, 0, third, -third] + [Float](repeating: 0, count: 10))
        _ = loss.accumulate(depths, of: quads([true, true, true, false, true]), weight: 3, into: &gradients)
        #expect(gradients[0] == third + 1 && gradients[9] == -third - 1)
    }

    @Test func marginsAreThoseOfThePaper() {
        var gradients = [Float](repeating: 0, count: 4)
        #expect(
            RankingLoss().accumulate([0.5, 0.5, 0, 0], of: quads([true]), weight: 1, into: &gradients).loss == Double(Float(1e-4))
        )
        #expect(gradients == [1, -1, 0, 0])
        #expect(ContinuityLoss().margin == 1e-4)
    }

    @Test func continuityIsFlatInsideItsMargin() {
        let loss = ContinuityLoss(margin: 0.125)
        // Near pairs: inside, above, below, no depth. Far pairs: exactly on the margin, below, inside, inside.
        let depths: [Float] = [
            0.5, 0.25, 0.4375, 0.375, 0.75, 0.25, 0.5, 0.75, 0.25, 0.5, 0.75, 0.5, .nan, 0.5, 0.5, 0.5,
        ]
        var gradients = [Float](repeating: 0, count: 16)
        let value = loss.accumulate(depths, of: quads([true, false, true, true]), weight: 1, into: &gradients)
        #expect(value == (0.125 + 0.375) / 3 + 0.375 / 4)
        let third: Float = 1.0 / 3
        #expect(
            gradients == [0, 0, 0, 0, third, -0.25, -third, 0.25, -third, 0, third, 0, 0, 0, 0, 0])
    }

    @Test func weightsFallAtTheEnd() {
        let weights = PriorWeights.forwardFacing
        #expect(weights.ranking == 0.5 && weights.continuity == 0.01)
        #expect(weights.decayed(at: 0, of: 1000) == weights && weights.decayed(at: 700, of: 1000) == weights)
        #expect(abs(weights.decayed(at: 850, of: 1000).ranking - 0.5 * 0.55) < 1e-6)
        #expect(abs(weights.decayed(at: 1000, of: 1000).ranking - 0.05) < 1e-6)
        #expect(weights.decayed(at: 1000, of: 1000).continuity == 0.01)
        #expect(weights.decayed(at: 0, of: 0).ranking == 0.5)
        #expect(PriorWeights.wideBaseline == PriorWeights(ranking: 0.2, continuity: 1))
        #expect(PriorWeights.sensor == PriorWeights(ranking: 0.5, continuity: 0.1))
    }
}
