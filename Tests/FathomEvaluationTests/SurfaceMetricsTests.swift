import FathomCore
import FathomEvaluation
import FathomGeometry
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SurfaceMetricsTests {
    /// Evenly spread points on a sphere (Fibonacci lattice), each moved outwards by its own `offset`.
    private func sphere(count: Int, radius: Double, offset: (Int) -> Double = { _ in 0 }) -> PointCloud {
        var cloud = PointCloud()
        for index in 0..<count {
            let z = 1 - (2 * Double(index) + 1) / Double(count)
            let angle = Double(index) * .pi * (3 - 5.0.squareRoot())
            let direction = SIMD3((1 - z * z).squareRoot() * cos(angle), (1 - z * z).squareRoot() * sin(angle), z)
            cloud.positions.append(SIMD3<Float>(direction * (radius + offset(index))))
            cloud.normals.append(SIMD3<Float>(direction))
        }
        return cloud
    }

    /// Dense truth against a sphere with Gaussian radial noise: the mean distance is σ√(2/π), as long as σ is large against
    /// the spacing of the points (0.006 here).
    @Test func noisySphereHasItsAnalyticAccuracy() throws {
        var random = SeededRandom(seed: 4)
        let sigma = 0.05
        let truth = sphere(count: 400_000, radius: 1)
        let noise = (0..<30_000).map { _ in random.normalPair().0 * sigma }
        let noisy = sphere(count: noise.count, radius: 1) { noise[$0] }
        let metrics = try SurfaceEvaluator(thresholds: [sigma]).evaluate(reconstruction: noisy, truth: truth)
        let analytic = sigma * (2 / Double.pi).squareRoot()
        #expect(abs(metrics.accuracy / analytic - 1) < 0.02)
        #expect(abs(metrics.medianAccuracy / (0.6745 * sigma) - 1) < 0.02)
        // Share of a normal distribution within one σ.
        #expect(abs(metrics.scores[0].precision - 0.6827) < 0.01)
        #expect(metrics.droppedReconstructed == 0)
    }

    /// Dense spheres of different radius: both ways the distance is the difference of the radii.
    @Test func shiftedSphereHasItsAnalyticCompleteness() throws {
        let truth = sphere(count: 100_000, radius: 1)
        let larger = sphere(count: 120_000, radius: 1.1)
        let metrics = try SurfaceEvaluator(thresholds: [0.09, 0.12]).evaluate(reconstruction: larger, truth: truth)
        #expect(abs(metrics.accuracy / 0.1 - 1) < 0.02)
        #expect(abs(metrics.completeness / 0.1 - 1) < 0.02)
        #expect(abs(metrics.chamfer / 0.1 - 1) < 0.02)
        #expect(try #require(metrics.normalConsistency) > 0.999)
        #expect(metrics.scores.map(\.fScore) == [0, 1])
        #expect(metrics.figures.contains { $0.name == "f_score_at_0.12" && $0.value == 1 })
    }

    @Test func farPointsAreDroppedNotClipped() throws {
        let truth = sphere(count: 200_000, radius: 100)
        var outliers = sphere(count: 10_000, radius: 100) { $0 % 10 == 0 ? 50 : 1 }
        outliers.normals = []
        let all = try SurfaceEvaluator(thresholds: [20]).evaluate(reconstruction: outliers, truth: truth)
        let dropped = try SurfaceEvaluator(maximumDistance: 20, thresholds: [20]).evaluate(reconstruction: outliers, truth: truth)
        #expect(abs(all.accuracy - 5.9) < 0.15)
        #expect(dropped.accuracy < 1.5 && dropped.accuracy > 1)
        #expect(dropped.droppedReconstructed == 1000 && all.droppedReconstructed == 0)
        #expect(dropped.scores == all.scores && abs(all.scores[0].precision - 0.9) < 1e-12)
        #expect(all.normalConsistency == nil)
        // A distance equal to the limit is dropped.
        let pair = try SurfaceEvaluator(maximumDistance: 20).evaluate(
            reconstruction: PointCloud(positions: [[0, 0, 0], [0, 0, 20]]), truth: PointCloud(positions: [[0, 0, 0]]))
        #expect(pair.droppedReconstructed == 1 && pair.accuracy == 0)
        let error = #expect(throws: FathomError.self) {
            try SurfaceEvaluator(maximumDistance: 0.5).evaluate(reconstruction: outliers, truth: truth)
        }
        #expect(error?.code == .inputInvalid && error?.remedy?.contains("--maximum-distance") == true)
    }

    @Test func onlyJudgedAndRequiredPointsCount() throws {
        let truth = sphere(count: 5000, radius: 1)
        let half = PointCloud(positions: truth.positions.filter { $0.z > 0 } + [[0, 0, -3]])
        let metrics = try SurfaceEvaluator(thresholds: [0.01]).evaluate(
            reconstruction: half, truth: truth, isJudged: { $0.z > -2 }, isRequired: { $0.z > 0 })
        #expect(metrics.accuracy == 0 && metrics.completeness == 0 && metrics.scores[0].fScore == 1)
        #expect(throws: FathomError.self) {
            try SurfaceEvaluator().evaluate(reconstruction: PointCloud(), truth: truth)
        }
        #expect(throws: FathomError.self) {
            try SurfaceEvaluator().evaluate(reconstruction: truth, truth: truth, isRequired: { _ in false })
        }
    }

    @Test func samplesAreUniformByArea() throws {
        // Two squares of area 1 and 9, and a triangle without area.
        let mesh = Mesh(
            positions: [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [5, 0, 0], [8, 0, 0], [8, 3, 0], [5, 3, 0]],
            triangles: [[0, 1, 2], [0, 0, 1], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let clouds = try [1, 3].map { count in
            ThreadPool.shared.threads = count
            return try SurfaceSamples.of(mesh, count: 20_000, seed: 9)
        }
        #expect(clouds[0].positions == clouds[1].positions)
        let points = clouds[0].positions
        #expect(points.count { $0.x <= 1 } == 2000)
        #expect(clouds[0].normals.allSatisfy { $0 == [0, 0, 1] })
        // Each ninth of the large square holds its share; six standard deviations of a binomial are allowed.
        for cell in 0..<9 {
            let (x, y) = (Float(5 + cell % 3), Float(cell / 3))
            let inside = points.count { $0.x >= x && $0.x < x + 1 && $0.y >= y && $0.y < y + 1 }
            #expect(abs(inside - 2000) < 270)
        }
        #expect(try SurfaceSamples.of(Mesh(), count: 10).count == 0)
        var broken = mesh
        broken.triangles[2].y = 8
        #expect(throws: FathomError.self) { try SurfaceSamples.of(broken, count: 10) }
    }

    @Test func thinningLeavesEvenCoverage() {
        let cloud = sphere(count: 20_000, radius: 1)
        let spacing: Float = 0.1
        let kept = SurfaceSamples.thinned(cloud.positions + [[.nan, 0, 0]], spacing: spacing, seed: 1)
        let points = kept.map { cloud.positions[$0] }
        for (index, point) in points.enumerated() {
            #expect(points[..<index].allSatisfy { length($0 - point) >= spacing })
        }
        let tree = PointTree(points)
        #expect(cloud.positions.allSatisfy { tree.nearest(to: $0, within: spacing) != nil })
        #expect(kept == SurfaceSamples.thinned(cloud.positions, spacing: spacing, seed: 1))
    }
}
