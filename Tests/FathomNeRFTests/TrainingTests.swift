import FathomCore
import FathomGeometry
import FathomMedia
import FathomNeRF
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Trainings of small fields.
@Suite(.serialized) struct TrainingTests {
    private static let space = RaySpace.box(Bounds(lower: -.one, upper: .one), depth: 1...4)

    private static func pose(_ index: Int) -> Pose {
        .looking(from: [0.3 * Double(index) - 0.3, 0.1, -2.5], at: .zero, up: [0, -1, 0])
    }

    /// A photo of coloured waves.
    private static func view(_ index: Int, width: Int = 64, height: Int = 48, gain: Double = 1) -> TrainingView {
        let camera = Camera(width: width, height: height, fx: 80, fy: 80, cx: Double(width) / 2, cy: Double(height) / 2)
        var color = Raster<UInt8>(width: width, height: height, channels: 3, repeating: 0)
        for y in 0..<height {
            for x in 0..<width {
                let waves = [sin(0.3 * Double(x) + Double(index)), cos(0.4 * Double(y)), sin(0.15 * Double(x + y))]
                for c in 0..<3 { color[x, y, c] = UInt8(gain * (127 + 100 * waves[c])) }
            }
        }
        return TrainingView(camera: camera, cameraFromWorld: pose(index), color: color)
    }

    private static func options(rays: Int = 128, steps: Int = 100) -> RadianceFieldOptions {
        var options = RadianceFieldOptions()
        options.preset = .fast
        (options.raysPerStep, options.steps, options.samplesPerRay) = (rays, steps, 32)
        options.warmUp = 10
        return options
    }

    private static func psnr(_ color: Raster<Float>, _ photo: Raster<UInt8>) -> Double {
        let sum = (0..<photo.samples.count).reduce(0.0) { sum, i in
            let off = Double(color.samples[i]) - Double(photo.samples[i]) / 255
            return sum + off * off
        }
        return -10 * log10(sum / Double(photo.samples.count))
    }

    @Test func onePhotoIsLearntByHeart() throws {
        let view = Self.view(0)
        var options = Self.options(rays: 160, steps: 500)
        (options.annealing, options.samplesPerRay) = (0, 80)
        // Something is to be empty.
        (options.occlusionRange, options.occlusionWeight) = (0.4, 0.1)
        var trainer = try RadianceTrainer([view], space: Self.space, options: options, seed: 1)
        for _ in 0..<500 { _ = try trainer.step() }
        let field = trainer.averagedField
        let image = field.render(view.camera, view.cameraFromWorld)
        let all = Self.psnr(image.color, view.color!)
        #expect(all > 35)
        // Cells that hold next to nothing may be passed by.
        var known = KnownDensity()
        field.withKernelField { kernel in
            for _ in 0..<8 {
                known.update(seed: 1) { positions, count, densities in
                    for (i, density) in field.densities(at: (0..<count).map { positions[$0] }).enumerated() {
                        densities[i] = density
                    }
                }
            }
        }
        var culled = field
        culled.occupancy = known.occupancy(stepLength: 0.2, leastShare: 0)
        #expect(culled.occupancy!.share < 0.95)
        let fewer = culled.render(view.camera, view.cameraFromWorld)
        #expect(fewer.samplesPerRay < image.samplesPerRay)
        #expect(abs(Self.psnr(fewer.color, view.color!) - all) < 0.1)
        // A share of cells that is asked for counts in any case.
        let share = known.occupancy(stepLength: 1e-9, leastShare: 0.05).share
        #expect(share >= 0.05 && share < 0.06)
    }

    /// What a trainer holds after some steps.
    private func state(steps: Int, threads: Int, from start: RadianceTrainer.State? = nil) throws -> RadianceTrainer.State {
        let before = ThreadPool.shared.threads
        ThreadPool.shared.threads = threads
        defer { ThreadPool.shared.threads = before }
        var options = Self.options(rays: 70, steps: 600)
        options.exposure = true
        options.background = .none
        var trainer = try RadianceTrainer([Self.view(0), Self.view(1)], space: Self.space, options: options, seed: 9)
        if let start {
            try trainer.take(start)
        } else {
            // Shortly before rays pass by cells.
            var later = trainer.state
            later.stepCount = 490
            try trainer.take(later)
        }
        for _ in 0..<steps { _ = try trainer.step() }
        return trainer.state
    }

    private func expectEqual(_ a: RadianceTrainer.State, _ b: RadianceTrainer.State) {
        #expect(a.stepCount == b.stepCount && a.tables == b.tables && a.network == b.network)
        #expect(a.averageTables == b.averageTables && a.averageNetwork == b.averageNetwork)
        #expect(a.tableOptimizer.first == b.tableOptimizer.first && a.tableOptimizer.second == b.tableOptimizer.second)
        #expect(a.tableOptimizer.steps == b.tableOptimizer.steps && a.networkOptimizer.first == b.networkOptimizer.first)
        #expect(a.networkOptimizer.stepCount == b.networkOptimizer.stepCount)
        #expect(a.knownDensities == b.knownDensities && a.densityUpdates == b.densityUpdates && a.occupancy == b.occupancy)
        #expect(a.exposures?.parameters == b.exposures?.parameters && a.rateScale == b.rateScale)
    }

    @Test func threadsAndInterruptionsChangeNothing() throws {
        // Long enough for cells to be passed by.
        let whole = try state(steps: 40, threads: 1)
        #expect(whole.occupancy != nil)
        let half = try state(steps: 30, threads: 2)
        expectEqual(whole, try state(steps: 10, threads: 2, from: half))
    }

    @Test func depthLossesReachTheField() throws {
        let wanted = (0..<40).map { PixelRay(view: 1, x: Float($0) + 12.5, y: 20.5) }
        var options = Self.options(steps: 200)
        (options.annealing, options.occlusionWeight) = (0, 0)
        // The second view has no photo.
        var views = [Self.view(0), Self.view(1)]
        views[1].color = nil
        var trainer = try RadianceTrainer(views, space: Self.space, options: options, seed: 2)
        var last = 1.0
        for _ in 0..<200 {
            let report = try trainer.step(rays: wanted) { depths in
                #expect(Array(depths.rays.prefix(40)) == wanted && depths.rays.count == 128)
                #expect(depths.rays.dropFirst(40).allSatisfy { $0.view == 0 })
                var (gradients, sum) = ([Float](repeating: 0, count: 128), 0.0)
                for index in 0..<40 {
                    let off = depths.depths[index] - 0.55
                    sum += Double(off * off) / 40
                    gradients[index] = 2 * off / 40
                }
                return DepthLossResult(values: [("depth", sum)], total: sum, gradients: gradients)
            }
            last = report.losses.first { $0.name == "depth" }!.value
        }
        #expect(last < 0.01)
        let image = trainer.averagedField.render(views[1].camera, views[1].cameraFromWorld, depth: .opaque)
        for x in 12..<52 { #expect(abs(image.parameter[x, 20] - 0.55) < 0.15) }
        #expect(abs(image.depth[30, 20] - (1 + 3 * image.parameter[30, 20])) < 1e-4)
    }

    @Test func maskedPixelsAreNeverDrawn() throws {
        var view = Self.view(0)
        var mask = Raster<UInt8>(width: 64, height: 48, repeating: 0)
        for x in 20..<30 { mask[x, 11] = 255 }
        view.mask = mask
        var trainer = try RadianceTrainer([view, Self.view(1)], space: Self.space, options: Self.options(), seed: 3)
        var seen = Set<Int>()
        for _ in 0..<20 {
            _ = try trainer.step { depths in
                for ray in depths.rays where ray.view == 0 {
                    #expect(ray.y == 11.5 && ray.x >= 20.5 && ray.x <= 29.5)
                    seen.insert(Int(ray.x))
                }
                return DepthLossResult(values: [], total: 0, gradients: [Float](repeating: 0, count: depths.rays.count))
            }
        }
        #expect(seen.count > 5)
        view.mask = Raster(width: 64, height: 48, repeating: 0)
        #expect(throws: FathomError.self) {
            try RadianceTrainer([view], space: Self.space, options: Self.options(), seed: 3)
        }
    }

    @Test func stepsWithoutFiniteGradientsAreLeftOut() throws {
        var trainer = try RadianceTrainer([Self.view(0)], space: Self.space, options: Self.options(), seed: 4)
        _ = try trainer.step()
        let before = trainer.state
        let broken: DepthLoss = { depths in
            DepthLossResult(values: [], total: 0, gradients: [Float](repeating: .nan, count: depths.rays.count))
        }
        let skipped = try trainer.step(depthLoss: broken)
        #expect(skipped.isSkipped)
        #expect(trainer.state.tables == before.tables && trainer.state.network == before.network)
        #expect(trainer.state.tableOptimizer.steps == before.tableOptimizer.steps && trainer.state.rateScale == 0.5)
        // Nothing of the broken step is left.
        let next = try trainer.step()
        #expect(!next.isSkipped)
        let isAllFinite = trainer.field.tables.array.allSatisfy { $0.isFinite }
        #expect(isAllFinite)
        #expect(throws: FathomError.self) { while true { _ = try trainer.step(depthLoss: broken) } }
    }

    @Test func exposuresExplainPhotosThatDiffer() throws {
        // The same photo, once darker.
        func error(exposure: Bool) throws -> Double {
            var options = Self.options(steps: 400)
            options.samplesPerRay = 16
            (options.annealing, options.exposure, options.exposureWeight) = (0, exposure, 1e-4)
            var dark = Self.view(0, gain: 0.8)
            dark.cameraFromWorld = Self.pose(0)
            var trainer = try RadianceTrainer([Self.view(0), dark], space: Self.space, options: options, seed: 5)
            var error = 0.0
            for step in 0..<400 {
                let report = try trainer.step()
                if step >= 350 { error += report.colorError / 50 }
            }
            return error
        }
        #expect(try error(exposure: true) < 0.5 * error(exposure: false))
    }

    @Test func optionsOutOfRangeAreRefused() throws {
        var options = RadianceFieldOptions()
        options.hiddenWidth = 24
        #expect(throws: FathomError.self) { try options.validate() }
        options = RadianceFieldOptions()
        options.depthKind = .median
        #expect(throws: FathomError.self) { try options.validate() }
        #expect(throws: FathomError.self) { try options.set("annealing", to: "1.5") }
    }
}
