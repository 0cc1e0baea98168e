import CKernels
import FathomCore
import FathomNeRF
import FathomTestSupport
import Testing

/// Features of positions against their formula.
struct EncodingTests {
    private func features(_ field: RadianceField, _ positions: [SIMD3<Float>]) -> [Float] {
        var features = [Float](repeating: 0, count: 16 * positions.count)
        field.withKernelField { kernel in
            withUnsafePointer(to: kernel) { kernel in
                RadianceSamples.withFloats(positions) { fathom_radiance_features(kernel, $0, positions.count, &features) }
            }
        }
        return features
    }

    @Test(arguments: EncodingPreset.allCases)
    func featuresFollowTheFormula(preset: EncodingPreset) {
        var field = RadianceSamples.field(preset)
        field.slotWeights[1] = 0.25
        let twin = RadianceTwin(field)
        // On faces, beyond them, and inside; not a whole number of batches.
        let positions = RadianceSamples.positions(67) + [.zero, .one, [-0.1, 0.5, 1.2], [0.5, 1, 0]]
        let found = features(field, positions)
        for (i, position) in positions.enumerated() {
            let expected = twin.features(at: SIMD3<Double>(position))
            // The position within a cell of the finest lattice has 2⁻¹⁵ of a float's 2⁻²⁴ left.
            for k in 0..<16 { #expect(abs(Double(found[16 * i + k]) - expected[k]) < 2e-4) }
        }
    }

    @Test func latticePointsHaveTheirEntry() {
        let field = RadianceSamples.field(.quality)
        let twin = RadianceTwin(field)
        for (level, point) in [(0, SIMD3(3, 16, 0)), (7, SIMD3(128, 384, 64))] {
            // Both are whole in binary.
            let position = SIMD3<Float>(SIMD3<Double>(point) / Double(twin.cells(of: level)))
            let found = features(field, [position])
            let at = twin.offset(of: level) + 2 * twin.entry(level, point)
            for f in 0..<2 { #expect(abs(found[2 * level + f] - field.tables[at + f]) < 1e-6) }
        }
    }

    @Test func equalEntriesGiveEqualFeatures() {
        var field = RadianceSamples.field(.quality)
        for index in 0..<field.tables.count { field.tables[index] = index % 2 == 0 ? 0.75 : -0.5 }
        for (index, value) in features(field, RadianceSamples.positions(100)).enumerated() {
            #expect(abs(value - (index % 2 == 0 ? 0.75 : -0.5)) < 1e-6)
        }
    }

    @Test(arguments: [EncodingPreset.quality, .plane])
    func positionGradientsAreThoseOfFeatures(preset: EncodingPreset) {
        let field = RadianceSamples.field(preset)
        let twin = RadianceTwin(field)
        let lattices = preset == .plane ? [16, 26, 43, 383, 287, 95] : (0..<8).map { Double(twin.cells(of: $0)) }
        func isInside(_ p: SIMD3<Float>) -> Bool {
            lattices.allSatisfy { cells in
                (0..<3).allSatisfy {
                    let f = Double(p[$0]) * cells - (Double(p[$0]) * cells).rounded(.down)
                    return f > 0.01 && f < 0.99
                }
            }
        }
        let positions = RadianceSamples.positions(200).filter(isInside)
        #expect(positions.count > 50)
        var random = SeededRandom(seed: 5)
        let upstream = (0..<16 * positions.count).map { _ in Float(random.uniform(-1..<1)) }
        var gradients = [Float](repeating: 0, count: 4 * positions.count)
        field.withKernelField { kernel in
            withUnsafePointer(to: kernel) { kernel in
                RadianceSamples.withFloats(positions) {
                    fathom_radiance_position_gradients(kernel, $0, upstream, positions.count, &gradients)
                }
            }
        }
        let check = GradientCheck(
            tolerance: .init(absolute: 0.02, relative: 1e-3, because: "slopes of the finest lattice are about 500"))
        for (i, position) in positions.enumerated() {
            let deviation = check.worst(
                at: (0..<3).map { Double(position[$0]) }, gradient: (0..<3).map { Double(gradients[4 * i + $0]) }
            ) { p in
                let features = twin.features(at: SIMD3(p[0], p[1], p[2]))
                return (0..<16).reduce(0) { $0 + features[$1] * Double(upstream[16 * i + $1]) }
            }
            #expect(deviation.isAllowed, "\(deviation)")
        }
    }

    @Test func bandsAreOrthonormalHarmonics() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<50 {
            let (a, b) = random.normalPair()
            let c = random.normal()
            let norm = (a * a + b * b + c * c).squareRoot()
            let d = SIMD3(a, b, c) / norm
            var bands = [Float](repeating: 0, count: 9)
            fathom_radiance_bands([Float(d.x), Float(d.y), Float(d.z)], &bands)
            for (found, expected) in zip(bands, RadianceTwin.bands(d)) { #expect(abs(Double(found) - expected) < 1e-6) }
        }
    }

    @Test func finerLevelsOpenOneAfterAnother() {
        let annealing = Annealing(levelShare: 0.6, directionShare: 0.5)
        #expect(annealing.slotWeights(step: 0, of: 1000, count: 8) == [1, 1, 1, 0, 0, 0, 0, 0])
        #expect(annealing.slotWeights(step: 180, of: 1000, count: 8) == [1, 1, 1, 1, 0.5, 0, 0, 0])
        #expect(annealing.slotWeights(step: 600, of: 1000, count: 8) == [1, 1, 1, 1, 1, 1, 1, 1])
        #expect(annealing.slotWeights(step: 600, of: 1000, count: 4) == [1, 1, 1, 1, 0, 0, 0, 0])
        #expect(annealing.degreeWeights(step: 499, of: 1000) == [1, 0, 0])
        #expect(annealing.degreeWeights(step: 999, of: 1000) == [1, 1, 1])
    }
}
