import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct VideoEvaluatorTests {
    private func map(
        _ width: Int, _ height: Int, _ convention: DepthConvention = .metric(unit: "m"), _ value: (Int, Int) -> Double
    ) -> DepthMap {
        let samples = Buffer((0..<width * height).map { Float(value($0 % width, $0 / width)) })
        return DepthMap(values: Raster(width: width, height: height, samples: samples), convention: convention)
    }

    private func view(_ width: Int, _ height: Int, _ focal: Double, worldFromCamera: Pose = .identity) -> View {
        let camera = Camera(
            width: width, height: height, fx: focal, fy: focal, cx: Double(width) / 2, cy: Double(height) / 2)
        return View(stem: "", imagePath: "", camera: camera, cameraFromWorld: worldFromCamera.inverse)
    }

    @Test func oneFactorAndOffsetServeTheClip() throws {
        let truths = (0..<2).map { frame in map(23, 17) { x, y in 1.5 + 0.1 * Double((3 * x + 5 * y + 7 * frame) % 19) } }
        func judge(drift: Double) throws -> VideoMetrics {
            let predictions = truths.enumerated().map { frame, truth in
                map(23, 17, .affineInverse) { (1 / Double(truth.values[$0, $1]) - 0.07) / (2 + drift * Double(frame)) + 0.05 }
            }
            return try VideoEvaluator().evaluate(count: 2, load: { (predictions[$0], truths[$0]) })
        }
        let exact = try judge(drift: 0)
        #expect(exact.mean.absRel < 1e-5 && exact.mean.rmse < 1e-5 && exact.mean.delta1 == 1)
        #expect(exact.temporalError == nil && exact.notes.isEmpty)
        #expect(try judge(drift: 1).mean.absRel > 0.05)
        // Depth taken for inverse depth.
        let load = { (index: Int) in (DepthMap(values: truths[index].values, convention: .affineInverse), truths[index]) }
        #expect(try VideoEvaluator().evaluate(count: 2, load: load).notes.count == 1)
    }

    @Test func temporalErrorOfPlanes() throws {
        func error(depths: [Double], positions: [Double]) throws -> Double {
            let views = positions.map {
                view(20, 16, 24, worldFromCamera: Pose(rotation: .identity, translation: [0, 0, $0]))
            }
            let load = { (index: Int) in (map(20, 16) { _, _ in depths[index] }, map(20, 16) { _, _ in 3 }) }
            return try #require(try VideoEvaluator().evaluate(count: depths.count, views: views, load: load).temporalError)
        }
        #expect(try error(depths: [3, 3, 3], positions: [0, 0, 0]) < 1e-9)
        #expect(try error(depths: [3, 2.5, 2], positions: [0, 0.5, 1]) < 1e-9)
        // |2.5 − 3| / 2.5 forward and |3 − 2.5| / 3 backward.
        #expect(abs(try error(depths: [3, 2.5], positions: [0, 0]) - 100 * (0.2 + 1.0 / 6) / 2) < 1e-9)
    }

    /// Figures from a separate NumPy program: predictions of another size, clipped at 0, truth with holes and beyond the
    /// maximum, turning and moving cameras.
    @Test func figuresMatchNumPy() throws {
        func truth(_ f: Int) -> DepthMap {
            map(10, 7) { x, y in
                (x + 2 * y + f) % 7 == 0 ? .nan : 2 + sin(0.7 * Double(x) + 0.4 * Double(y) + 0.9 * Double(f))
            }
        }
        func prediction(_ f: Int) -> DepthMap {
            map(8, 6, .affineInverse) { x, y in
                let phase = 0.875 * (Double(x) + 0.5) + 0.4 * 7 / 6 * (Double(y) + 0.5) + 0.9 * Double(f) - 0.55
                return max(0, 2 / (2 + sin(phase)) - 0.7 + 0.3 * Double((3 * x + 5 * y + f) % 4))
            }
        }
        let views = (0..<3).map { f in
            let (c, s) = (cos(0.03 * Double(f)), sin(0.03 * Double(f)))
            return view(
                10, 7, 9,
                worldFromCamera: Pose(
                    rotation: Matrix3(rows: [c, 0, s], [0, 1, 0], [-s, 0, c]),
                    translation: Double(f) * SIMD3(0.05, -0.02, 0.1)))
        }
        var options = DepthEvaluationOptions()
        options.maximumDepth = 2.9
        let metrics = try VideoEvaluator(options).evaluate(
            count: 3, views: views, load: { (prediction($0), truth($0)) })
        #expect(abs(metrics.mean.absRel - 0.136483286) < 1e-5)
        #expect(abs(metrics.mean.rmse - 0.354883432) < 1e-5)
        #expect(abs(metrics.mean.delta1 - 0.772877151) < 1e-6)
        #expect(abs(try #require(metrics.temporalError) - 27.173169) < 1e-3)
        #expect(metrics.figures.map(\.name).filter { ["abs_rel", "rmse", "delta1", "tae"].contains($0) }.count == 4)
    }

    @Test func metricPredictionsAreJudgedAsTheyAre() throws {
        let truth = map(9, 8) { x, y in 2 + 0.1 * Double(x + y) }
        let far = map(9, 8, .metric(unit: "mm")) { x, y in 1100 * Double(truth.values[x, y]) }
        let plain = try VideoEvaluator().evaluate(count: 2, load: { _ in (far, truth) })
        #expect(abs(plain.mean.absRel - 0.1) < 1e-5)
        var options = DepthEvaluationOptions()
        options.alignment = .scale
        #expect(try VideoEvaluator(options).evaluate(count: 2, load: { _ in (far, truth) }).mean.absRel < 1e-5)
    }
}
