import FathomCore
import Testing

@Suite struct RankCorrelationTests {
    @Test func risingCurvesAreOneAndFallingOnesMinusOne() {
        let a: [Float] = [3, -1, 4, 1.5, 9, 2.6]
        #expect(abs(RankCorrelation.spearman(a, a.map { $0 * $0 * $0 }) - 1) < 1e-15)
        #expect(abs(RankCorrelation.spearman(a, a.map { 5 - 2 * $0 }) + 1) < 1e-15)
    }

    /// By hand: ranks (0, 1.5, 1.5, 3) against (1, 0, 2, 3) have a sum of products of 3 and sums of squares of 4.5 and 5.
    @Test func equalValuesShareTheirRank() {
        #expect(abs(RankCorrelation.spearman([1, 2, 2, 7], [0.2, 0.1, 0.3, 0.4]) - 3 / (4.5 * 5).squareRoot()) < 1e-15)
    }

    @Test func constantsHaveNoCorrelation() {
        #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]).isNaN)
        #expect(RankCorrelation.spearman([1], [2]).isNaN && RankCorrelation.spearman([], []).isNaN)
    }
}
