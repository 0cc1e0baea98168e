import FathomCore
import FathomMVS
import Testing

/// MVS spec §9 tests 1 and 2.
@Suite struct BinTreeTests {
    let tree = BinTree(425...935)

    @Test func followsThePublishedVector() {
        let labels = [2, 1, 3, 0, 2, 1, 2, 1]
        let keys = [2, 4, 10, 19, 39, 78, 157, 314]
        let depths = [743.75, 711.875, 759.6875, 735.78125, 739.765625, 737.7734375, 738.76953125, 738.271484375]
        var bin = BinTree.Bin.root
        for (step, label) in labels.enumerated() {
            bin = bin.choosing(label)
            #expect(bin == BinTree.Bin(level: step + 2, key: keys[step]))
            #expect(tree.value(of: bin) == depths[step])
            let next = tree.hypotheses(of: bin)
            #expect(abs((next[1] + next[2]) / 2 - depths[step]) < 1e-9)
            #expect(abs(Float(tree.value(of: bin)) - Float(depths[step])) <= 1e-4)
        }
    }

    @Test func toleranceBinsCollapseAtTheEnds() {
        #expect(tree.hypotheses(of: .root) == SIMD4(488.75, 616.25, 743.75, 871.25))
        #expect(tree.hypotheses(of: BinTree.Bin(level: 2, key: 0)) == SIMD4(425, 456.875, 520.625, 584.375))
        #expect(tree.hypotheses(of: BinTree.Bin(level: 2, key: 3)) == SIMD4(775.625, 839.375, 903.125, 935))
    }

    @Test func labelsCoverTheRange() {
        #expect(tree.label(of: .root, truth: 425) == 0)
        #expect(tree.label(of: .root, truth: 935) == nil)
        let first = BinTree.Bin(level: 2, key: 0), last = BinTree.Bin(level: 2, key: 3)
        // Edges of key 0: 425, 425, 488.75, 552.5, 616.25; of key 3: 743.75, 807.5, 871.25, 935, 998.75.
        #expect(tree.label(of: first, truth: 430) == 1)
        #expect(tree.label(of: first, truth: 560) == 3)
        #expect(tree.label(of: first, truth: 620) == nil)
        #expect(tree.label(of: last, truth: 750) == 0)
        #expect(tree.label(of: last, truth: 934.9) == 2)
        #expect(tree.label(of: last, truth: 940) == 3)
        #expect(tree.bin(holding: 935, level: 9) == BinTree.Bin(level: 9, key: 511))
    }

    @Test func anOracleEndsInTheRightBin() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<100_000 {
            let truth = 425 + 510 * random.uniform()
            var bin = BinTree.Bin.root
            for _ in 0..<8 { bin = bin.choosing(try #require(tree.label(of: bin, truth: truth))) }
            #expect(abs(tree.value(of: bin) - truth) <= 510 / 512 / 2 + 1e-9)
        }
    }

    /// After one choice that is off by one bin, later perfect choices end within one final bin in 99.5, 98, 94, 76 % of
    /// cases for mistakes at steps 1, 3, 5, 7; after one that is off by two in 49, 12, 3.5, 0.7 % (spec §1.6).
    @Test(arguments: [(1, 0.995, 0.49), (3, 0.98, 0.12), (5, 0.94, 0.035), (7, 0.76, 0.007)])
    func toleranceRepairsOneBin(wrongStep: Int, one: Double, two: Double) {
        #expect(abs(recovered(wrongStep: wrongStep, by: 1) - one) < 0.012)
        #expect(abs(recovered(wrongStep: wrongStep, by: 2) - two) < 0.012)
    }

    /// Share ending within 1.5 final bins when every choice errs by one with probability p: plain binary 77, 58, 33 %,
    /// with tolerance bins 98.7, 95.8, 84.6 % (spec §1.6).
    @Test(arguments: [(0.05, 0.77, 0.987), (0.1, 0.58, 0.958), (0.2, 0.33, 0.846)])
    func toleranceOutlivesRandomMistakes(probability: Double, plain: Double, tolerant: Double) {
        var random = SeededRandom(seed: 99)
        let count = 60_000
        var good = (plain: 0, tolerant: 0)
        for _ in 0..<count {
            let truth = 425 + 510 * random.uniform()
            var bins = (plain: BinTree.Bin.root, tolerant: BinTree.Bin.root)
            for _ in 1...8 {
                let wrong = random.uniform() < probability
                let sign = random.uniform() < 0.5 ? -1 : 1
                bins.plain = bins.plain.choosing(nearest(bins.plain, truth, tolerance: false))
                if wrong { bins.plain.key = clamped(bins.plain.key + sign, bins.plain.level) }
                let label = nearest(bins.tolerant, truth)
                let mistaken = (0...3).contains(label + sign) ? label + sign : label - sign
                bins.tolerant = bins.tolerant.choosing(wrong ? mistaken : label)
            }
            if abs(tree.value(of: bins.plain) - truth) <= 1.5 * finalWidth { good.plain += 1 }
            if abs(tree.value(of: bins.tolerant) - truth) <= 1.5 * finalWidth { good.tolerant += 1 }
        }
        #expect(abs(Double(good.plain) / Double(count) - plain) < 0.025)
        #expect(abs(Double(good.tolerant) / Double(count) - tolerant) < 0.025)
    }

    private let finalWidth = 510.0 / 512

    private func recovered(wrongStep: Int, by offset: Int) -> Double {
        var random = SeededRandom(seed: UInt64(wrongStep * 10 + offset))
        let count = 60_000
        var good = 0
        for _ in 0..<count {
            let truth = 425 + 510 * random.uniform()
            let sign = random.uniform() < 0.5 ? -1 : 1
            var bin = BinTree.Bin.root
            for step in 1...8 {
                bin = bin.choosing(nearest(bin, truth))
                if step == wrongStep { bin.key = clamped(bin.key + sign * offset, bin.level) }
            }
            if abs(tree.value(of: bin) - truth) <= finalWidth { good += 1 }
        }
        return Double(good) / Double(count)
    }

    private func clamped(_ key: Int, _ level: Int) -> Int { min(max(key, 0), (1 << level) - 1) }

    private func nearest(_ bin: BinTree.Bin, _ truth: Double, tolerance: Bool = true) -> Int {
        let values = tree.hypotheses(of: bin)
        let labels = tolerance || bin.level == 1 ? 0..<4 : 1..<3
        return labels.min { abs(values[$0] - truth) < abs(values[$1] - truth) }!
    }
}
