import FathomCore
import FathomGeometry
import FathomMVS
import FathomMedia
import Testing

@Suite struct FilterTests {
    private static let (width, height) = (160, 121)

    @Test func exactDepthSurvives() throws {
        let views = PlaneScene.twoPlanes.render(views: 7, width: Self.width, height: Self.height)
        let result = try DepthFilter().filter(reference: views[0], sources: Array(views[1...]))
        #expect(result.counts.pixels == Self.width * Self.height)
        // Only the outline of the board and what the sources do not see is lost.
        #expect(result.counts.kept > Self.width * Self.height * 93 / 100)
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                let depth = result.depth.values[x, y]
                #expect((result.agreeingViews[x, y] > 0) == !depth.isNaN)
                if !depth.isNaN { #expect(abs(depth / views[0].depth.values[x, y] - 1) < 1e-3) }
            }
        }
    }

    @Test func noiseIsRejectedAndCounted() throws {
        var views = PlaneScene.twoPlanes.render(views: 7, width: Self.width, height: Self.height)
        corrupt(&views[0], columns: 0..<40, rows: 0..<Self.height, amount: 0.3, seed: 1)
        let clean = try DepthFilter().filter(reference: views[1], sources: [views[2], views[3], views[4], views[5]])
        let disturbed = try DepthFilter().filter(
            reference: views[1], sources: [views[2], views[0], views[3], views[4], views[5]])
        #expect(disturbed.counts.kept >= clean.counts.kept)

        // With tests on single pixels off, noise must fall to the consistency test or the removal of specks.
        var options = DepthFilterOptions()
        options.edgeRatio = 100
        let result = try DepthFilter(options).filter(reference: views[0], sources: Array(views[1...]))
        #expect(result.counts.inconsistent + result.counts.speckle > 40 * Self.height * 95 / 100)
        for y in 0..<Self.height { for x in 0..<38 { #expect(result.depth.values[x, y].isNaN) } }
    }

    @Test func everyOutcomeIsCounted() throws {
        var views = PlaneScene.twoPlanes.render(views: 5, width: Self.width, height: Self.height)
        var confidence = Raster<Float>(width: Self.width, height: Self.height, repeating: 1)
        var mask = Raster<UInt8>(width: Self.width, height: Self.height, repeating: 255)
        for x in 0..<Self.width {
            views[0].depth.values[x, 0] = .nan
            views[0].depth.values[x, 1] = -1
            mask[x, 0] = 0
            mask[x, 2] = 0
            confidence[x, 3] = 0.1
        }
        // A 6×6 island between two masked frames.
        for y in 100..<110 { for x in 10..<20 where !(12..<18).contains(x) || !(102..<108).contains(y) { mask[x, y] = 0 } }
        views[0].depth.confidence = confidence
        let result = try DepthFilter().filter(reference: views[0], sources: Array(views[1...]), mask: mask)
        let counts = result.counts
        #expect(counts.noDepth == 2 * Self.width)
        #expect(counts.masked == Self.width + 64)
        #expect(counts.lowConfidence == Self.width)
        #expect(counts.speckle >= 36)
        #expect(counts.depthEdge > 0)
        #expect(counts.pixels == Self.width * Self.height)
        #expect(counts.items.map(\.count).reduce(0, +) == counts.pixels)

        let alone = try DepthFilter().filter(reference: views[1], sources: [])
        #expect(alone.counts.kept == 0)
        #expect(alone.counts.unseen == alone.counts.pixels - alone.counts.depthEdge)
        let remaining = alone.depth.values.samples.array.count { !$0.isNaN }
        #expect(remaining == 0)
    }

    @Test func lowConfidenceSourcesHaveNoSay() throws {
        var views = PlaneScene.twoPlanes.render(views: 4, width: Self.width, height: Self.height)
        for index in 1..<4 {
            views[index].depth.confidence = Raster(width: Self.width, height: Self.height, repeating: 0.05)
        }
        let result = try DepthFilter().filter(reference: views[0], sources: Array(views[1...]))
        #expect(result.counts.kept == 0)
        #expect(result.counts.unseen > 0 && result.counts.inconsistent == 0)
    }

    @Test func resultsDoNotDependOnThreads() throws {
        var views = PlaneScene.twoPlanes.render(views: 5, width: Self.width, height: Self.height)
        corrupt(&views[2], columns: 30..<90, rows: 0..<Self.height, amount: 0.01, seed: 5)
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let results = try [1, 3].map { count in
            ThreadPool.shared.threads = count
            return try DepthFilter().filter(reference: views[0], sources: Array(views[1...]))
        }
        #expect(results[0].counts == results[1].counts)
        #expect(results[0].agreeingViews == results[1].agreeingViews)
        #expect(
            results[0].depth.values.samples.array.map(\.bitPattern) == results[1].depth.values.samples.array.map(\.bitPattern))
    }

    @Test func badInputIsRefused() throws {
        var views = PlaneScene.twoPlanes.render(views: 2, width: Self.width, height: Self.height)
        let mask = Raster<UInt8>(width: 3, height: 3, repeating: 1)
        #expect(throws: FathomError.self) { try DepthFilter().filter(reference: views[0], sources: [], mask: mask) }
        views[1].depth.convention = .affineInverse
        #expect(throws: FathomError.self) { try DepthFilter().filter(reference: views[0], sources: [views[1]]) }
        views[1].depth.convention = .metric(unit: "m")
        views[1].camera.width += 1
        #expect(throws: FathomError.self) { try DepthFilter().filter(reference: views[0], sources: [views[1]]) }
    }

    @Test func consistentShareIsOfTheMask() throws {
        var views = PlaneScene.twoPlanes.render(views: 7, width: Self.width, height: Self.height)
        var mask = Raster<UInt8>(width: Self.width, height: Self.height, repeating: 0)
        for y in 30..<90 { for x in 60..<100 { mask[x, y] = 1 } }
        let sources = Array(views[1...])
        let whole = try DepthFilter.consistentShare(reference: views[0], sources: sources, mask: mask)
        #expect(whole > 0.99)
        for y in 30..<60 { for x in 60..<100 { views[0].depth.values[x, y] *= 1.1 } }
        let half = try DepthFilter.consistentShare(reference: views[0], sources: sources, mask: mask)
        #expect(abs(half - 0.5) < 0.01)
    }

    @Test func specklesFollowConnectedDepth() {
        // Two nested L shapes, a smooth ramp, and two pieces that touch only at a corner.
        let rows = [
            "1111.2",
            "1222.2",
            "12.3.2",
            "1..3.2",
            "....9.",
        ]
        var depth = Raster<Float>(width: 6, height: 5, repeating: .nan)
        for (y, row) in rows.enumerated() {
            for (x, character) in row.enumerated() { if let value = Float(String(character)) { depth[x, y] = value } }
        }
        let found = Speckles.find(in: depth, minimumPixels: 5, tolerance: 0.01).flatMap { $0.map { SIMD2($0 % 6, $0 / 6) } }
        #expect(
            Set(found) == [[1, 1], [2, 1], [3, 1], [1, 2], [3, 2], [3, 3], [5, 0], [5, 1], [5, 2], [5, 3], [4, 4]])
    }
}
