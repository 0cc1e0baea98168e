import FathomCore
import FathomMedia
import FathomNeRF
import Testing

@Suite struct QuadSamplerTests {
    private static let (width, height) = (97, 61)

    /// Noise on a slope in steps of 1/1024, exact in Float also after powers; some values are equal.
    private func values(seed: UInt64) -> Raster<Float> {
        var random = SeededRandom(seed: seed)
        var values = Raster<Float>(uninitializedWidth: Self.width, height: Self.height)
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                values[x, y] = Float(1 + (3 * x + 4 * y + random.index(below: 300)) % 1000) / 1024
            }
        }
        return values
    }

    private func mask(share: Double, seed: UInt64) -> Raster<UInt8> {
        var random = SeededRandom(seed: seed)
        var mask = Raster<UInt8>(width: Self.width, height: Self.height, repeating: 255)
        for index in 0..<mask.pixelCount where random.uniform() < share { mask.samples[index] = 0 }
        return mask
    }

    private struct Tally {
        var illegal = 0, wrongOrder = 0, outsideWindow = 0, wrongRank = 0, ownNeighbors = 0
        var widest = 0
    }

    /// What is wrong with quads, counted by the definition of each rule.
    private func tally(_ quads: [Quad], _ prior: DepthPrior, _ options: QuadOptions) -> Tally {
        prior.values.withPointer { tally(quads, $0, prior.order, options) }
    }

    private func tally(_ quads: [Quad], _ values: UnsafePointer<Float>, _ order: PriorOrder?, _ options: QuadOptions) -> Tally {
        var tally = Tally()
        let (width, height) = (Self.width, Self.height)
        let (low, high) = options.window == .symmetric ? (-3, 3) : (-3, 2)
        for quad in quads {
            let isOutside = quad.pixels.contains { $0.x < 0 || $0.y < 0 || Int($0.x) >= width || Int($0.y) >= height }
            if isOutside || quad.pixels.contains(where: { values[Int($0.y) * width + Int($0.x)].isNaN }) {
                tally.illegal += 1
                continue
            }
            let places = quad.pixels.map { (x: Int($0.x), y: Int($0.y)) }
            let own = places.map { values[$0.y * width + $0.x] }
            if order == .largerIsNearer ? own[0] < own[1] : own[0] > own[1] { tally.wrongOrder += 1 }
            tally.widest = max(tally.widest, abs(places[0].x - places[1].x), abs(places[0].y - places[1].y))
            for i in 0..<2 {
                let center = places[i]
                let (dx, dy) = (places[i + 2].x - center.x, places[i + 2].y - center.y)
                if dx < low || dx > high || dy < low || dy > high { tally.outsideWindow += 1 }
                if dx == 0 && dy == 0 { tally.ownNeighbors += 1 }
                let limit = abs(own[i + 2] - own[i])
                var (count, nearer) = (0, 0)
                var y = max(center.y + low, 0)
                while y <= min(center.y + high, height - 1) {
                    var x = max(center.x + low, 0)
                    while x <= min(center.x + high, width - 1) {
                        let value = values[y * width + x]
                        if !value.isNaN && !(options.excludesCenter && x == center.x && y == center.y) {
                            count += 1
                            if abs(value - own[i]) < limit { nearer += 1 }
                        }
                        x += 1
                    }
                    y += 1
                }
                if count > 0 && nearer >= max(1, Int((0.3 * Double(count)).rounded(.down))) { tally.wrongRank += 1 }
            }
        }
        return tally
    }

    @Test(arguments: [
        (QuadOptions(), PriorOrder.largerIsNearer), (.original(box: 30), .largerIsFarther),
        (.original(box: nil), .largerIsNearer),
    ])
    func hundredThousandQuadsKeepEveryRule(options: QuadOptions, order: PriorOrder) throws {
        let prior = DepthPrior(values: values(seed: 1), order: order)
        let sampler = try #require(QuadSampler([prior], options: options, seed: 4))
        let all = tally(sampler.draw(100_000, step: 0), prior, options)
        #expect(all.illegal == 0 && all.wrongOrder == 0 && all.outsideWindow == 0 && all.wrongRank == 0, "\(all)")
        #expect(all.widest == (options.box ?? Self.width) - 1)
        // One of the ten nearest in a window of 36 is the pixel itself, more at borders.
        let own = Double(all.ownNeighbors) / 200_000
        #expect(options.excludesCenter ? own == 0 : own > 0.09 && own < 0.13, "\(own)")
    }

    /// Pixels are drawn evenly: of a box that is the whole image, each row and column gets its share.
    @Test(arguments: [0.0, 0.4, 0.85]) func pixelsAreDrawnEvenly(masked: Double) throws {
        let prior = DepthPrior(values: values(seed: 1), mask: mask(share: masked, seed: 2), order: .largerIsNearer)
        let sampler = try #require(QuadSampler([prior], options: QuadOptions(box: nil), seed: 4))
        var columns = [Int](repeating: 0, count: Self.width)
        for quad in sampler.draw(50_000, step: 0) { for pixel in [quad.near, quad.far] { columns[Int(pixel.x)] += 1 } }
        for x in columns.indices {
            let usable = (0..<Self.height).reduce(0) { $0 + (prior.values[x, $1].isNaN ? 0 : 1) }
            let expected = 100_000 * Double(usable) / Double(prior.usablePixels)
            // Five standard deviations of a binomial number, of which 97 are looked at.
            #expect(abs(Double(columns[x]) - expected) < 5 * expected.squareRoot(), "column \(x)")
        }
    }

    @Test func maskedPixelsAndPoorBoxesAreNeverDrawn() throws {
        let options = QuadOptions(box: 5)
        // Boxes of 25 pixels of which about 10 are left: many are just too poor.
        let prior = DepthPrior(values: values(seed: 1), mask: mask(share: 0.6, seed: 3), order: .largerIsFarther)
        let sampler = try #require(QuadSampler([nil, prior], options: options, seed: 4))
        let quads = sampler.draw(100_000, step: 0)
        let found = tally(quads, prior, options)
        #expect(found.illegal == 0 && found.wrongOrder == 0 && found.outsideWindow == 0 && found.wrongRank == 0, "\(found)")
        #expect(quads.allSatisfy { $0.view == 1 } && sampler.usedViews == [1])
        // Each pair lies in some box with more than 10 usable pixels.
        var rich = Set<SIMD2<Int32>>()
        for y in 0...Self.height - 5 {
            for x in 0...Self.width - 5 {
                let usable = (0..<25).filter { !prior.values[x + $0 % 5, y + $0 / 5].isNaN }
                if usable.count > 10 { rich.insert(SIMD2(Int32(x), Int32(y))) }
            }
        }
        #expect(rich.count > 1000 && rich.count < 4000)
        func isInRichBox(_ quad: Quad) -> Bool {
            let (low, high) = (pointwiseMin(quad.near, quad.far), pointwiseMax(quad.near, quad.far))
            for dy in Int32(0)..<5 {
                for dx in Int32(0)..<5 {
                    let corner = high &- SIMD2(4 - dx, 4 - dy)
                    if corner.x <= low.x && corner.y <= low.y && rich.contains(corner) { return true }
                }
            }
            return false
        }
        #expect(quads.allSatisfy(isInRichBox))
        // Exactly ten usable pixels are too few, eleven are enough.
        var sparse = Raster<Float>(width: 20, height: 20, repeating: .nan)
        for x in 0..<10 { sparse[2 * x, 7] = Float(x) }
        #expect(QuadSampler([DepthPrior(values: sparse, order: .largerIsFarther)], options: QuadOptions(box: 20), seed: 1) == nil)
        sparse[3, 3] = 20
        let eleven = QuadSampler([DepthPrior(values: sparse, order: .largerIsFarther)], options: QuadOptions(box: 20), seed: 1)
        let drawn = try #require(eleven).draw(500, step: 0)
        #expect(Set(drawn.flatMap { [$0.near, $0.far] }).count == 11)
    }

    /// Pairs and what they cost depend on the order of priors only, and so do neighbours up to scale.
    @Test func monotoneChangesOfPriorsLeavePairsAsTheyAre() throws {
        let base = values(seed: 5)
        func quads(_ change: (Float) -> Float) throws -> [Quad] {
            var changed = base
            for index in 0..<base.pixelCount { changed.samples[index] = change(base.samples[index]) }
            #expect(Set(changed.samples.array).count == Set(base.samples.array).count, "rounding has joined values")
            let sampler = QuadSampler(
                [DepthPrior(values: changed, order: .largerIsNearer)], options: QuadOptions(tieBand: 0), seed: 6)
            return try #require(sampler).draw(5000, step: 9)
        }
        var random = SeededRandom(seed: 3)
        let depths = (0..<20_000).map { _ in Float(random.uniform()) }
        func ranked(_ quads: [Quad]) -> RankingLoss.Value {
            var gradients = [Float](repeating: 0, count: depths.count)
            return RankingLoss().accumulate(depths, of: quads, weight: 1, into: &gradients)
        }
        let original = try quads { $0 }
        let bent = try quads { 40 * $0 * $0 * $0 + 7 }
        #expect(original.map(\.near) == bent.map(\.near) && original.map(\.far) == bent.map(\.far))
        #expect(original.map(\.isRanked) == bent.map(\.isRanked) && original.map(\.view) == bent.map(\.view))
        #expect(ranked(original) == ranked(bent) && ranked(bent).pairs == 5000)
        #expect(try quads { 16 * $0 } == original)
        #expect(bent != original, "neighbours follow the values, not their order")
    }

    @Test func tiesWithinTheBandAreNotRanked() throws {
        let prior = DepthPrior(values: values(seed: 5), order: .largerIsNearer)
        let sampler = try #require(QuadSampler([prior], options: QuadOptions(tieBand: 0.2), seed: 6))
        let quads = sampler.draw(5000, step: 0)
        let band = 0.2 * prior.spread
        for quad in quads {
            let difference = abs(
                prior.values[Int(quad.near.x), Int(quad.near.y)] - prior.values[Int(quad.far.x), Int(quad.far.y)])
            #expect(quad.isRanked == (difference >= band))
        }
        let ranked = quads.filter(\.isRanked).count
        #expect(ranked > 1000 && ranked < 4500)
    }

    @Test func drawsFollowFromSeedAndStep() throws {
        let priors = (0..<3).map { DepthPrior(values: values(seed: $0), order: .largerIsNearer) }
        let sampler = try #require(QuadSampler(priors, seed: 1))
        let quads = sampler.draw(300, step: 5)
        #expect(quads == QuadSampler(priors, seed: 1)?.draw(300, step: 5))
        #expect(quads != sampler.draw(300, step: 6) && quads != QuadSampler(priors, seed: 2)?.draw(300, step: 5))
        for view in 0..<3 { #expect(quads.filter { $0.view == view }.count > 60) }
        let shared = try #require(QuadSampler(priors, options: QuadOptions(sharesView: true), seed: 1))
        let views = (0..<30).map { Set(shared.draw(20, step: $0).map(\.view)) }
        #expect(views.allSatisfy { $0.count == 1 } && Set(views).count == 3)
    }
}
