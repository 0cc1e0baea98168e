import FathomCore
import FathomGeometry
import FathomMedia
import FathomNeRF
import Testing

@Suite struct PriorOrientationTests {
    private static let (width, height) = (64, 48)
    private static let camera = Camera(width: width, height: height, fx: 60, fy: 60, cx: 32, cy: 24)
    private static let pose = Pose.looking(from: [0, 0, 0], at: [0, 5, 0.5], up: [0, 0, 1])

    /// A plane that is 2 units away at the left border and 6 at the right one, a little nearer below.
    private static func depth(_ u: Double, _ v: Double) -> Double { 2 + 4 * u / Double(width) - 0.5 * v / Double(height) }

    private func raster(_ value: (Double) -> Double) -> Raster<Float> {
        var raster = Raster<Float>(uninitializedWidth: Self.width, height: Self.height)
        for y in 0..<Self.height {
            for x in 0..<Self.width { raster[x, y] = Float(value(Self.depth(Double(x) + 0.5, Double(y) + 0.5))) }
        }
        return raster
    }

    /// Points on the plane as matching would leave them in view 1 of a scene.
    private func evidence(count: Int = 60) -> DepthEvidence {
        var random = SeededRandom(seed: 2)
        let points = (0..<count).map { index in
            let (u, v) = (random.uniform() * Double(Self.width), random.uniform() * Double(Self.height))
            let inCamera = SIMD3((u - 32) / 60, (v - 24) / 60, 1) * Self.depth(u, v)
            return SparsePoint(position: Self.pose.inverse * inCamera, color: .zero, views: index % 10 == 0 ? [0] : [0, 1])
        }
        return DepthEvidence(points: points, seenBy: 1, camera: Self.camera, cameraFromWorld: Self.pose)
    }

    private func orient(_ prior: DepthPrior, _ evidence: DepthEvidence? = nil) throws -> PriorOrientation {
        try PriorOrientation([nil, prior], evidence: [nil, evidence ?? self.evidence()], names: ["left", "right"])
    }

    @Test func unknownOrdersAreFound() throws {
        let inverse = try orient(DepthPrior(values: raster { 3 / $0 + 0.2 }, order: nil))
        #expect(inverse.priors[0] == nil && inverse.priors[1]?.order == .largerIsNearer && inverse.warnings.isEmpty)
        #expect(inverse.fits.count == 1 && inverse.fits[0].samples == 54 && inverse.fits[0].name == "right")
        #expect(try #require(inverse.fits[0].correlation) < -0.99)
        let farther = try orient(DepthPrior(values: raster { 7 * $0 * $0 }, order: nil))
        #expect(farther.priors[1]?.order == .largerIsFarther)
        // Depth of several views serves as well as points do.
        let map = DepthMap(values: raster { $0 }, convention: .metric(unit: "m"))
        let dense = try orient(DepthPrior(values: raster { -$0 }, order: nil), DepthEvidence(map))
        #expect(dense.priors[1]?.order == .largerIsNearer)
        #expect(throws: FathomError.self) { try DepthEvidence(DepthMap(values: raster { $0 }, convention: .affine)) }
    }

    @Test func whatContradictsTheEvidenceIsRefused() throws {
        func refusal(_ prior: DepthPrior, _ evidence: DepthEvidence? = nil) -> FathomError? {
            #expect(throws: FathomError.self) { try orient(prior, evidence) }
        }
        let wrong = try #require(refusal(DepthPrior(values: raster { 1 / $0 }, order: .largerIsFarther)))
        #expect(wrong.location == "right" && wrong.message.contains("is -0.9") && wrong.message.contains("larger-is-farther"))
        #expect(wrong.remedy != nil && wrong.code == .inputInvalid)

        var random = SeededRandom(seed: 8)
        let noise = try #require(refusal(DepthPrior(values: raster { _ in random.uniform() }, order: .largerIsNearer)))
        #expect(noise.location == "right" && noise.message.contains("does not tell its depth") && noise.remedy != nil)

        let unknown = try #require(refusal(DepthPrior(values: raster { $0 }, order: nil), evidence(count: 10)))
        #expect(unknown.message.contains("nearer or farther"))

        let mixed = #expect(throws: FathomError.self) {
            try PriorOrientation(
                [
                    DepthPrior(values: raster { $0 }, order: nil), DepthPrior(values: raster { 0.4 * $0 }, order: nil),
                    DepthPrior(values: raster { -$0 }, order: nil),
                ],
                evidence: [evidence(), evidence(), evidence()], names: ["a", "b", "c"])
        }
        #expect(mixed?.location == "c" && mixed?.message.contains("other views") == true)
    }

    @Test func uselessPriorsAreLeftOutWithAWarning() throws {
        let constant = try orient(DepthPrior(values: raster { _ in 3 }, order: .largerIsNearer))
        #expect(constant.priors[1] == nil && constant.warnings.count == 1 && constant.warnings[0].contains("right"))
        let black = Raster<UInt8>(width: Self.width, height: Self.height, repeating: 0)
        let masked = try orient(DepthPrior(values: raster { $0 }, mask: black, order: nil))
        #expect(masked.priors[1] == nil && masked.warnings[0].contains("0 usable"))
        // A stated order that nothing checks is taken, and said to be unchecked.
        let unchecked = try orient(DepthPrior(values: raster { $0 }, order: .largerIsFarther), evidence(count: 5))
        #expect(unchecked.priors[1]?.order == .largerIsFarther && unchecked.warnings.count == 1)
    }

    @Test func metricDepthInAnotherUnitIsOnlyAnOrder() throws {
        let meters = DepthMap(values: raster { $0 }, convention: .metric(unit: "m"))
        #expect(try orient(DepthPrior(meters)).priors[1]?.isMetric == true)
        let millimeters = DepthMap(values: raster { 1000 * $0 }, convention: .metric(unit: "mm"))
        let found = try orient(DepthPrior(millimeters))
        #expect(found.priors[1]?.isMetric == false && found.priors[1]?.order == .largerIsFarther)
        #expect(found.warnings.count == 1 && found.warnings[0].contains("times what other views measure"))
    }

    /// A tilted plane, learnt from the ranking of inverse depth alone by a smooth field of depths, ends up in the right order; with
    /// the order turned around, in the wrong one.
    @Test(arguments: [PriorOrder.largerIsNearer, .largerIsFarther]) func rankingAloneOrdersAPlane(order: PriorOrder) throws {
        let prior = DepthPrior(values: raster { 3 / $0 + 0.2 }, order: order)
        let sampler = try #require(QuadSampler([prior], options: QuadOptions(box: 30), seed: 1))
        var field = CoarseField(seed: 3)
        for step in 0..<300 {
            let quads = sampler.draw(256, step: step)
            let places = quads.flatMap(\.pixels)
            let depths = places.map { field.depth(Int($0.x), Int($0.y)) }
            var gradients = [Float](repeating: 0, count: depths.count)
            _ = RankingLoss().accumulate(depths, of: quads, weight: 1, into: &gradients)
            field.descend(places, gradients)
        }
        var (learnt, truth): ([Float], [Float]) = ([], [])
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                learnt.append(field.depth(x, y))
                truth.append(Float(Self.depth(Double(x) + 0.5, Double(y) + 0.5)))
            }
        }
        let correlation = RankCorrelation.spearman(learnt, truth)
        #expect(order == .largerIsNearer ? correlation > 0.95 : correlation < 0, "\(correlation)")
    }

    /// Depths on a grid of 9×9 nodes, linear between them.
    private struct CoarseField {
        private var nodes: [Float]

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            nodes = (0..<81).map { _ in Float(0.5 + 0.02 * random.normal()) }
        }

        private func corners(_ x: Int, _ y: Int) -> [(node: Int, share: Float)] {
            let (u, v) = (Float(x) / 8, Float(y) / 6)
            let (column, row) = (Int(u), Int(v))
            let (a, b) = (u - Float(column), v - Float(row))
            let first = 9 * row + column
            return [(first, (1 - a) * (1 - b)), (first + 1, a * (1 - b)), (first + 9, (1 - a) * b), (first + 10, a * b)]
        }

        func depth(_ x: Int, _ y: Int) -> Float { corners(x, y).reduce(0) { $0 + $1.share * nodes[$1.node] } }

        mutating func descend(_ places: [SIMD2<Int32>], _ gradients: [Float]) {
            for (place, gradient) in zip(places, gradients) {
                for corner in corners(Int(place.x), Int(place.y)) { nodes[corner.node] -= 0.3 * gradient * corner.share }
            }
        }
    }
}
