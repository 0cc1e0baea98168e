import CKernels
import FathomCore
import FathomGeometry
import FathomMedia
import FathomMVS
import FathomSynthetic
import Foundation
import Testing

/// MVS spec §9 tests 4 and 6.
@Suite struct DepthSearchTests {
    /// Shares of wrong pixels of one disparity map of the test scene.
    private struct Score {
        var bad = 0.0, textured = 0.0, edge = 0.0, median = 0.0

        init(scene: DisparityTestScene, inverseDepth: (Int, Int) -> Float) {
            let scale = DisparityTestScene.disparityRange.upperBound / scene.inverseDepthRange.upperBound
            var errors: [Double] = []
            var counts: [DisparityTestScene.Region: (wrong: Int, all: Int)] = [:]
            let border = 42
            for y in border..<DisparityTestScene.height - border {
                for x in border..<DisparityTestScene.width - border {
                    let error = abs(Double(inverseDepth(x, y)) * scale - Double(scene.disparity[x, y]))
                    errors.append(error)
                    counts[scene.regions[x, y], default: (0, 0)].all += 1
                    if !(error <= 1) { counts[scene.regions[x, y], default: (0, 0)].wrong += 1 }
                }
            }
            let share = { (region: DisparityTestScene.Region) in
                counts[region].map { Double($0.wrong) / Double($0.all) } ?? 0
            }
            bad = Double(counts.values.reduce(0) { $0 + $1.wrong }) / Double(errors.count)
            textured = share(.textured)
            edge = share(.edge)
            median = errors.sorted()[errors.count / 2]
        }
    }

    private func views(_ scene: DisparityTestScene, levels: Int) -> (SearchView, [SearchView]) {
        let reference = SearchView(
            pyramid: ImagePyramid(grey: scene.reference, levels: levels), camera: scene.camera, cameraFromWorld: .identity)
        let sources = scene.sources.map {
            SearchView(
                pyramid: ImagePyramid(grey: $0.image, levels: levels), camera: scene.camera, cameraFromWorld: $0.cameraFromWorld)
        }
        return (reference, sources)
    }

    @Test(arguments: [1, 2, 3, 4]) func findsTheTestScene(seed: Int) throws {
        let scene = DisparityTestScene(seed: UInt64(seed))
        let (reference, sources) = views(scene, levels: BinSearch.levels)
        let range = scene.inverseDepthRange
        let depthRange = 1 / range.upperBound...1 / range.lowerBound

        let estimate = try DepthSearch().search(reference: reference, sources: sources, depthRange: depthRange)
        let found = DepthSearch().depthMap(estimate, reference: reference, unit: "m").values
        let score = Score(scene: scene) { 1 / found[$0, $1] }
        #expect(score.bad <= 0.05)
        #expect(score.textured <= 0.005)
        #expect(score.edge <= 0.20)
        #expect(score.median <= 0.13)

        let plain = BinSearch(tolerance: false).search(reference: reference, sources: sources, depthRange: depthRange)
        let generalised = BinSearch().search(reference: reference, sources: sources, depthRange: depthRange)
        let plainScore = Score(scene: scene) { plain[$0, $1] }
        let generalisedScore = Score(scene: scene) { generalised[$0, $1] }
        #expect(plainScore.bad > 0.15)
        #expect(generalisedScore.bad < 0.75 * plainScore.bad)
        #expect(score.bad < 0.5 * generalisedScore.bad)
    }

    @Test func resultDoesNotDependOnThreads() throws {
        let scene = DisparityTestScene(seed: 5)
        let (reference, sources) = views(scene, levels: 3)
        let range = scene.inverseDepthRange
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let maps = try [1, 2, 3].map { count in
            ThreadPool.shared.threads = count
            let estimate = try DepthSearch().search(
                reference: reference, sources: sources, depthRange: 1 / range.upperBound...1 / range.lowerBound)
            let refined = DepthSearch().refine(estimate, reference: reference, sources: sources.map { ($0, estimate) })
            return DepthSearch().depthMap(refined, reference: reference, unit: "m")
        }
        for map in maps[1...] {
            #expect(map.values == maps[0].values)
            #expect(map.confidence == maps[0].confidence)
        }
    }

    /// A fronto-parallel plane at depth z moves by f b / z pixels at every level.
    @Test(arguments: 0..<4) func warpHitsTheDisparity(level: Int) throws {
        let camera = Camera(width: 640, height: 480, fx: 525, fy: 525, cx: 320, cy: 240)
        let source = Pose(rotation: .identity, translation: [-0.2, 0, 0])
        let geometry = SearchGeometry(reference: (camera, .identity), source: (camera, source), level: level)
        let scale = 1 / Double(1 << level)
        for depth in [0.7, 1.9, 6.0] {
            let q = try #require(geometry.project(x: 100 * scale, y: 60 * scale, rho: 1 / depth))
            #expect(abs(q.x - (100 - 525 * 0.2 / depth) * scale) < 1e-9)
            #expect(abs(q.y - 60 * scale) < 1e-9)
        }
    }

    /// The kernel's aggregated cost against a direct transcription in Double, on a plane with slopes and odd sizes.
    @Test func costMatchesNaiveTwin() throws {
        let scene = DisparityTestScene(seed: 3)
        let (reference, sources) = views(scene, levels: 1)
        let problem = PatchProblem(
            reference: reference, sources: sources, level: 0, tapSpacing: 2, bestSources: 2, noiseVariance: 4)
        let range = scene.inverseDepthRange
        let width = problem.width
        let rho = (0..<width + 16).map { Float(range.lowerBound + (range.upperBound - range.lowerBound) * Double($0 % 37) / 37) }
        let slopeX = (0..<width + 16).map { Float($0 % 5 - 2) * 1e-3 * rho[0] }
        let slopeY = (0..<width + 16).map { Float($0 % 7 - 3) * 1e-3 * rho[0] }
        for y in [0, 77, 255] {
            var cost = [Float](repeating: 0, count: width + 16)
            problem.withKernelProblem { fathom_patch_cost_row($0.base, Int32(y), rho, slopeX, slopeY, &cost) }
            for x in stride(from: 0, to: width, by: 3) {
                let twin = NaivePatchCost(problem: problem)
                    .cost(x: x, y: y, rho: Double(rho[x]), slopeX: Double(slopeX[x]), slopeY: Double(slopeY[x]))
                #expect(abs(Double(cost[x]) - twin) < 2e-3, "x \(x), y \(y)")
            }
        }
    }
}

/// `fathom_patch_cost_row` pixel by pixel in Double.
private struct NaivePatchCost {
    let problem: PatchProblem

    func cost(x: Int, y: Int, rho: Double, slopeX: Double, slopeY: Double) -> Double {
        let spacing = problem.tapSpacing
        let taps = (0..<25).map { (dx: ($0 % 5 - 2), dy: ($0 / 5 - 2)) }
        let centre = grey(x, y)
        let radius = 2.0 * Double(spacing)
        var weights = taps.map { tap -> Double in
            let distance = Double(tap.dx * tap.dx + tap.dy * tap.dy).squareRoot() * Double(spacing)
            return exp(-distance / (radius * radius + 1) - abs(grey(x + tap.dx * spacing, y + tap.dy * spacing) - centre) / 24)
        }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        let values = taps.map { grey(x + $0.dx * spacing, y + $0.dy * spacing) }
        let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
        let variance = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } - mean * mean

        var costs: [Double] = []
        for (geometry, texels) in zip(problem.geometry, problem.sources) {
            let px = Double(x) + 0.5, py = Double(y) + 0.5
            guard let q = geometry.project(x: px, y: py, rho: rho) else { continue }
            guard q.x >= 0, q.y >= 0, q.x <= Double(texels.width), q.y <= Double(texels.height) else { continue }
            let small = 1e-5
            guard let right = geometry.project(x: px + small, y: py, rho: rho + slopeX * small),
                let below = geometry.project(x: px, y: py + small, rho: rho + slopeY * small)
            else { continue }
            let samples = taps.map { tap -> Double in
                let at = q + (right - q) / small * Double(tap.dx * spacing) + (below - q) / small * Double(tap.dy * spacing)
                return sample(texels, at.x - 0.5, at.y - 0.5)
            }
            let s1 = zip(weights, samples).reduce(0) { $0 + $1.0 * $1.1 }
            let s2 = zip(weights, samples).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } - s1 * s1
            var covariance = -mean * s1
            for i in 0..<25 { covariance += weights[i] * values[i] * samples[i] }
            let floor = Double(problem.noiseVariance)
            costs.append(1 - (covariance + floor) / ((variance + floor) * (s2 + floor)).squareRoot())
        }
        let best = costs.sorted().prefix(problem.bestSources)
        guard !best.isEmpty else { return 1.2 }
        return min(1.2, best.reduce(0, +) / Double(best.count) + 0.05 * Double(problem.bestSources - best.count))
    }

    private func grey(_ x: Int, _ y: Int) -> Double {
        problem.reference.withOrigin { Double($0[y * problem.reference.stride + x]) }
    }

    private func sample(_ texels: PaddedPlane<UInt32>, _ u: Double, _ v: Double) -> Double {
        let (x, y) = (Int(u.rounded(.down)), Int(v.rounded(.down)))
        let (fx, fy) = (u - Double(x), v - Double(y))
        let texel = texels.withOrigin { $0[y * texels.stride + x] }
        let (a, b, c, d) = (
            Double(texel & 255), Double(texel >> 8 & 255), Double(texel >> 16 & 255), Double(texel >> 24)
        )
        return (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
    }
}
