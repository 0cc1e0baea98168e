import FathomCore
import FathomGeometry
import FathomMedia
import FathomSynthetic
import Testing

@Suite struct FewViewTrialTests {
    private static let trial = FewViewTrial(seed: 3)

    @Test func viewsShareOneForwardFacingScene() {
        let trial = Self.trial
        #expect(trial.views.count == 8 && Set(FewViewTrial.training + FewViewTrial.heldOut) == Set(0..<8))
        let forward = trial.viewpoints[4].cameraFromWorld.forward
        for (view, viewpoint) in zip(trial.views, trial.viewpoints) {
            #expect(view.color.width == 252 && view.color.height == 189)
            // Something is met by every ray, near enough and far enough for ranking to matter.
            #expect(view.depth.samples.array.allSatisfy { $0 > 1 && $0 < 8 })
            let range = view.depth.finiteRange ?? 0...1
            #expect(range.upperBound > 2 * range.lowerBound)
            #expect(dot(viewpoint.cameraFromWorld.forward, forward) > 0.97)
        }
        // Held-out views lie between those trained on.
        let places = trial.viewpoints.map { $0.cameraFromWorld.center.x }
        for view in FewViewTrial.heldOut { #expect(places[view] > places[0] && places[view] < places[7]) }
        #expect(FewViewTrial.training.allSatisfy { view in trial.points.filter { $0.views.contains(view) }.count > 200 })
    }

    /// The order of inverse depth survives nearly everywhere; the values do not.
    @Test func priorsKeepOrderAndLittleElse() {
        let trial = Self.trial
        for (view, prior) in zip(trial.views, trial.priors) {
            #expect(prior.convention == .affineInverse && prior.values.finiteRange != nil)
            let correlation = RankCorrelation.spearman(prior.values.samples.array, view.depth.samples.array)
            #expect(correlation < -0.8 && correlation > -0.99, "\(correlation)")
        }
        let starts = trial.priors.map { $0.values.finiteRange?.lowerBound ?? 0 }
        #expect(Set(starts).count == 8, "each image has its own scale and shift")
        #expect(trial.priors[0].values == CorruptedPrior().prior(of: trial.views[0].depth, seed: 3, image: 0).values)
        #expect(trial.priors[0].values != CorruptedPrior().prior(of: trial.views[0].depth, seed: 4, image: 0).values)
    }

    /// Each corruption by itself does what it says.
    @Test func corruptionsAreOfTheSizeAskedFor() {
        let depth = Self.trial.views[2].depth
        func values(_ change: (inout CorruptedPrior) -> Void) -> [Float] {
            var corruption = CorruptedPrior()
            change(&corruption)
            return corruption.prior(of: depth, seed: 9, image: 2).values.samples.array
        }
        let bent = values { ($0.bias, $0.outliers) = (0, 0) }
        let straight = values { ($0.gamma, $0.bias, $0.outliers) = (1, 0, 0) }
        let depths = depth.samples.array
        // Rounding joins a few neighbouring values.
        #expect(RankCorrelation.spearman(bent, depths) < -0.999999)
        // Without bending, what is left is a scale and a shift of 1 / z: the same for all pairs of pixels.
        let (a, b, c) = (0, 100 * 252 + 100, 188 * 252 + 30)
        let slope = (straight[a] - straight[b]) / (1 / depths[a] - 1 / depths[b])
        #expect(abs((straight[c] - straight[b]) / (1 / depths[c] - 1 / depths[b]) / slope - 1) < 1e-3)
        let scale = (straight.max() ?? 0) - (straight.min() ?? 0)
        let waved = values { ($0.gamma, $0.outliers) = (1, 0) }
        let wave = zip(waved, straight).map { abs($0 - $1) }.max() ?? 0
        #expect(abs(wave / scale - 0.03) < 1e-4)
        let spoilt = values { ($0.gamma, $0.bias) = (1, 0) }
        let share = Double(zip(spoilt, straight).filter { abs($0 - $1) > 1e-5 * scale }.count) / Double(depths.count)
        #expect(share > 0.045 && share < 0.056, "\(share)")
    }
}
