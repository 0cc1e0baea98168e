import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import Testing

@Suite struct DepthEvaluatorTests {
    private static let (width, height) = (211, 173)

    private func map(_ convention: DepthConvention = .metric(unit: "m"), _ value: (Int) -> Float) -> DepthMap {
        let samples = Buffer((0..<Self.width * Self.height).map(value))
        return DepthMap(values: Raster(width: Self.width, height: Self.height, samples: samples), convention: convention)
    }

    /// 1…5 m, varied over the image.
    private func depth(_ index: Int) -> Float { 1 + 4 * Float((index * 7919) % 10007) / 10007 }

    @Test func figuresMatchTheirFormulas() throws {
        // By turns exact, 2 % far, 30 % far, half, and missing; no truth in every sixth pixel.
        let factors: [Float] = [1, 1.02, 1.3, 0.5, .nan, 1]
        let truth = map { $0 % 6 == 5 ? .nan : depth($0) }
        let prediction = map { depth($0) * factors[$0 % 6] }
        var options = DepthEvaluationOptions()
        options.badThreshold = 0.25
        let metrics = try DepthEvaluator(options).evaluate(prediction: prediction, truth: truth)

        let indices = (0..<Self.width * Self.height).filter { $0 % 6 != 5 }
        let valid = indices.filter { $0 % 6 != 4 }
        func mean(_ value: (Double, Double) -> Double) -> Double {
            valid.map { value(Double(depth($0) * factors[$0 % 6]), Double(depth($0))) }.reduce(0, +) / Double(valid.count)
        }
        func share(_ classes: Set<Int>) -> Double { Double(indices.count { classes.contains($0 % 6) }) / Double(indices.count) }
        #expect(metrics.pixels == indices.count)
        #expect(abs(metrics.coverage - share([0, 1, 2, 3])) < 1e-12)
        #expect(abs(metrics.absRel - mean { abs($0 - $1) / $1 }) < 1e-9)
        #expect(abs(metrics.sqRel - mean { ($0 - $1) * ($0 - $1) / $1 }) < 1e-9)
        let square = mean { ($0 - $1) * ($0 - $1) }
        #expect(abs(metrics.rmse * metrics.rmse - square) < 1e-9)
        #expect(
            abs(metrics.logRMSE - ((0.0198026 * 0.0198026 + 0.2623643 * 0.2623643 + 0.6931472 * 0.6931472) / 4).squareRoot())
                < 1e-3)
        #expect(abs(metrics.delta1 - share([0, 1])) < 1e-12)
        #expect(abs(metrics.delta2 - share([0, 1, 2])) < 1e-12)
        #expect(abs(metrics.delta3 - share([0, 1, 2])) < 1e-12)
        #expect(abs(metrics.within1Percent - share([0])) < 1e-12)
        #expect(abs(metrics.within3Percent - share([0, 1])) < 1e-12)
        #expect(abs(metrics.within10Percent - share([0, 1])) < 1e-12)
        let good = indices.count { abs(depth($0) * factors[$0 % 6] - depth($0)) <= 0.25 }
        #expect(abs(try #require(metrics.badPixels) - (1 - Double(good) / Double(indices.count))) < 1e-4)
        #expect(metrics.figures.count == 12)
    }

    @Test(arguments: [
        (DepthConvention.affineInverse, DepthAlignment.scaleShift), (.affine, .scaleShift), (.inverse, .scale),
        (.inverse, .median),
        (.metric(unit: "scene unit"), .scale), (.metric(unit: "scene unit"), .median),
    ])
    func alignmentUndoesScaleAndShift(convention: DepthConvention, alignment: DepthAlignment) throws {
        let truth = map { depth($0) }
        let shift: Float = alignment == .scaleShift ? 0.2 : 0
        let isInverse = convention == .inverse || convention == .affineInverse
        let prediction = map(convention) { 3 * (isInverse ? 1 / depth($0) : depth($0)) + shift }
        var options = DepthEvaluationOptions()
        options.alignment = alignment
        let metrics = try DepthEvaluator(options).evaluate(prediction: prediction, truth: truth)
        #expect(metrics.absRel < 1e-4)
        #expect(metrics.within1Percent == 1)
    }

    @Test func rangeLimitsTruthAndClampsPredictions() throws {
        var options = DepthEvaluationOptions()
        options.maximumDepth = 3
        let truth = map { depth($0) }
        let far = try DepthEvaluator(options).evaluate(prediction: map { _ in 100 }, truth: truth)
        let limit = try DepthEvaluator(options).evaluate(prediction: map { _ in 3 }, truth: truth)
        #expect(far == limit)
        #expect(far.pixels == (0..<Self.width * Self.height).count { depth($0) <= 3 })
        options.minimumDepth = 3
        #expect(throws: FathomError.self) { try DepthEvaluator(options).evaluate(prediction: truth, truth: truth) }
    }

    @Test func unitsAreConvertedAndMismatchesRefused() throws {
        let truth = map { depth($0) }
        let metrics = try DepthEvaluator().evaluate(prediction: map(.metric(unit: "mm")) { 1000 * depth($0) }, truth: truth)
        #expect(metrics.absRel < 1e-6)
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(prediction: truth, truth: map(.affine) { depth($0) }) }
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(prediction: map(.affine) { _ in 2 }, truth: truth) }
        let small = DepthMap(values: Raster(width: 3, height: 3, repeating: 1), convention: .metric(unit: "m"))
        #expect(throws: FathomError.self) { try DepthEvaluator().evaluate(prediction: small, truth: truth) }
    }

    @Test func imagesWithoutTruthOrPredictionAreNotHidden() throws {
        let truth = map { depth($0) }
        let nothing = map { _ in .nan }
        let metrics = try DepthEvaluator().evaluate(count: 3) {
            [(truth, truth), (nothing, truth), (truth, nothing)][$0]
        }
        #expect(metrics[1].absRel.isNaN && metrics[1].delta1 == 0 && metrics[2].pixels == 0)
        let mean = DepthMetrics.mean(of: metrics)
        #expect(mean.absRel == 0 && mean.delta1 == 0.5 && mean.coverage == 0.5)
    }
}
