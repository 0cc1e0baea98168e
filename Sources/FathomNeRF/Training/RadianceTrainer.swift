import CKernels
import FathomCore
import FathomGeometry
import FathomTensor

/// Fits a radiance field to photos, step by step.
///
/// A step follows a batch of rays, compares their colours with the photos', asks whoever knows something about depth, and moves the
/// field against the gradient. Equal seeds give equal bits for any number of threads, and a trainer that takes another's state goes on
/// as that one would have.
public struct RadianceTrainer: Sendable {
    public let options: RadianceFieldOptions
    /// What rays of a batch go through. Views without a photo may be replaced or added between steps; those with one stay.
    public var views: [TrainingView]
    public internal(set) var field: RadianceField
    public internal(set) var stepCount = 0
    let seed: UInt64
    let sampler: PixelSampler
    var tableOptimizer: TableOptimizer
    var networkOptimizer: Adam
    var average: ParameterAverage
    var known = KnownDensity()
    var exposure: ImageExposure?
    /// Halved when a gradient was not finite for the first time.
    var rateScale: Float = 1
    /// Steps left out, one after another.
    var skippedSteps = 0
    private var pass: RadiancePass

    /// Steps between looks at where there is something, and the first of them.
    private static let (occupancyInterval, firstLook) = (16, 256)
    /// Steps before any cell is passed by, and those in which a twentieth of them counts in any case.
    private static let (firstCulling, carefulCulling) = (500, 1000)
    private static let leastOccupied = 0.05
    /// So many steps left out in a row end a training.
    private static let mostSkippedSteps = 20

    /// - Parameters:
    ///   - views: at least one with a photo; those with a photo first.
    ///   - space: chosen for all views that will ever be looked through, see `RaySpace.choose`.
    /// - Throws: `usage` for options out of their range, `inputInvalid` where no pixel may be drawn or an image is not as large as its
    ///   camera states.
    public init(_ views: [TrainingView], space: RaySpace, options: RadianceFieldOptions, seed: UInt64) throws {
        try options.validate()
        for (index, view) in views.enumerated() {
            let size = (view.camera.width, view.camera.height)
            guard view.color.map({ ($0.width, $0.height) == size && $0.channels == 3 }) ?? true,
                view.mask.map({ ($0.width, $0.height) == size }) ?? true
            else {
                throw FathomError(.inputInvalid, "the photo or mask of view \(index) is not as large as its camera states")
            }
        }
        sampler = PixelSampler(views)
        guard sampler.count > 0 else {
            throw FathomError(.inputInvalid, "there is no pixel to learn from", remedy: "check photos and masks")
        }
        self.views = views
        self.options = options
        self.seed = seed
        field = RadianceField(
            space: space, preset: options.preset, hiddenWidth: options.hiddenWidth, stepsPerRay: options.samplesPerRay,
            activation: options.activation, seed: seed)
        tableOptimizer = TableOptimizer(count: field.tables.count)
        networkOptimizer = Adam(Adam.Options(rate: Float(options.networkRate)), count: field.network.count)
        average = ParameterAverage(field)
        exposure = options.exposure ? ImageExposure(views: views.count) : nil
        pass = RadiancePass(field, rays: options.raysPerStep)
    }

    /// The field with the mean of past parameters, as it is to be looked at.
    public var averagedField: RadianceField {
        var copy = field
        (copy.tables, copy.network) = (average.tables, average.network)
        return copy
    }

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - rays: the first rays of the batch, at most as many as a step follows; the rest are random pixels of photos.
    ///   - depthLoss: asked for gradients of the rendered depths.
    /// - Throws: `stageFailed` when gradients stay without finite values; what `depthLoss` throws.
    public mutating func step(rays: [PixelRay] = [], depthLoss: DepthLoss? = nil) throws -> TrainingReport {
        precondition(rays.count <= options.raysPerStep, "a batch has options.raysPerStep rays")
        let start = monotonicSeconds()
        anneal()
        lookForOccupancy()
        var random = SeededRandom(seed: seed, stream: UInt64(2 * stepCount + 1))
        var batch = rays
        while batch.count < options.raysPerStep { batch.append(sampler.draw(&random)) }
        aim(batch, &random)
        let near = Float(options.occlusionRange)
        pass.forward(field, count: batch.count, near: near)
        var losses = colorLosses(batch)
        if let depthLoss { try addDepths(depthLoss, batch, to: &losses) }
        let isFinite = losses.total.isFinite && pass.backward(field, count: batch.count, near: near)
        let samples = pass.pixels.withPointer { pixels in (0..<batch.count).reduce(0) { $0 + Int(pixels[$1].count) } }
        var moved = 0
        if isFinite { moved = update(&losses) } else { try skip() }
        exposure?.step(rateFactor: rateScale * options.rateFactor(step: stepCount), isSkipped: !isFinite)
        stepCount += 1
        if stepCount % ParameterAverage.interval == 0 { average.add(field, keep: options.averaging) }
        return TrainingReport(
            losses: losses.values, total: losses.total, colorError: losses.color,
            samplesPerRay: Double(samples) / Double(batch.count), movedEntries: moved, isSkipped: !isFinite,
            seconds: monotonicSeconds() - start)
    }

    /// Opens the features that count at the next step.
    mutating func anneal() {
        field.slotWeights = options.anneal.slotWeights(step: stepCount, of: options.stepCount, count: field.layout.slotCount)
        field.degreeWeights = options.anneal.degreeWeights(step: stepCount, of: options.stepCount)
    }

    private mutating func lookForOccupancy() {
        guard stepCount >= Self.firstLook, stepCount % Self.occupancyInterval == 0 else { return }
        let looked = field
        looked.withKernelField { field in
            known.update(seed: seed ^ 0x6f63_6375) { positions, count, densities in
                withUnsafePointer(to: field) { fathom_radiance_densities($0, RadianceField.floats(positions), count, densities) }
            }
        }
        guard stepCount >= Self.firstCulling else { return }
        field.occupancy = known.occupancy(
            stepLength: 2 / Float(options.samplesPerRay), leastShare: stepCount < Self.carefulCulling ? Self.leastOccupied : 0)
    }

    /// Makes the rays of a batch, each with a random offset of its samples and its background.
    private mutating func aim(_ batch: [PixelRay], _ random: inout SeededRandom) {
        let chances = (0..<batch.count).map { _ in random.next() }
        let (views, space, background) = (views, field.space, options.background)
        withMutablePointers(&pass.rays) { rays in
            ThreadPool.shared.parallelFor(batch.count, grain: 256) { range in
                for index in range {
                    let (pixel, bits) = (batch[index], chances[index])
                    func chance(_ shift: UInt64) -> Float { Float(bits >> shift & 0xffff) * 0x1p-16 }
                    let view = views[pixel.view]
                    let ray = space.ray(view.camera, view.cameraFromWorld, x: Double(pixel.x), y: Double(pixel.y))
                    rays[index] = ray.kernel(
                        jitter: chance(0),
                        background: background == .none ? SIMD3(chance(16), chance(32), chance(48)) : background.color)
                }
            }
        }
    }

    /// Adds the gradients of what parameters themselves cost, and moves them; returns the number of table entries that moved.
    private mutating func update(_ losses: inout StepLosses) -> Int {
        let factor = rateScale * options.rateFactor(step: stepCount)
        if options.smoothnessWeight > 0 { losses.add("smoothness", smoothTables(), weight: options.smoothnessWeight) }
        var gradient = pass.networkGradient
        let (decay, count) = (2 * Float(options.networkDecay), gradient.count)
        gradient.withMutablePointer { gradient in
            field.network.withPointer { network in
                for index in 0..<count { gradient[index] += decay * network[index] }
            }
        }
        networkOptimizer.step(&field.network, gradient: gradient, rateFactor: factor)
        skippedSteps = 0
        return tableOptimizer.step(&field.tables, gradient: &pass.tableGradient, rate: Float(options.gridRate) * factor)
    }

    /// Adds the gradient of Σ |e − e′|² over neighbours of dense lattices that the step touched; returns the sum.
    private mutating func smoothTables() -> Double {
        let (layout, weight) = (field.layout, Float(options.smoothnessWeight))
        let dense = (0..<layout.levels.count).filter { layout.levels[$0].mask == 0 && field.slotWeights[$0] != 0 }
        var sums = Buffer<Double>(repeating: 0, count: dense.count)
        withMutablePointers(&pass.tableGradient, &sums) { gradient, sums in
            withPointers(field.tables, layout.levels) { tables, levels in
                ThreadPool.shared.parallelFor(dense.count) { index in
                    let part = layout.parts[dense[dense.count - 1 - index]]
                    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: part.count / 2) { touched in
                        sums[index] = fathom_table_smooth(
                            levels + dense[dense.count - 1 - index], weight, tables + part.lowerBound, gradient + part.lowerBound,
                            touched.baseAddress)
                    }
                }
            }
        }
        return sums.array.reduce(0, +)
    }

    private mutating func skip() throws {
        pass.forgetTables()
        if rateScale == 1 { rateScale = 0.5 }
        skippedSteps += 1
        guard skippedSteps < Self.mostSkippedSteps else {
            throw FathomError(
                .stageFailed, "gradients of the radiance field are not finite any more at step \(stepCount)",
                remedy: "choose smaller --grid-rate and --network-rate, or the activation softplus")
        }
    }
}

// MARK: Losses of rays

extension RadianceTrainer {
    /// What a step adds up.
    struct StepLosses {
        var values: [(name: String, value: Double)] = []
        var total = 0.0
        var color = 0.0

        mutating func add(_ name: String, _ value: Double, weight: Double) {
            values.append((name, value))
            total += weight * value
        }
    }

    /// Colour, distortion and occlusion: fills the upstream of every ray.
    private mutating func colorLosses(_ batch: [PixelRay]) -> StepLosses {
        let targets = batch.map { views[$0.view].target(x: $0.x, y: $0.y) }
        let colored = max(1, targets.count { $0 != nil })
        let (share, scale) = (1 / Float(batch.count), 2 / Float(3 * colored))
        let perStep = share / Float(options.samplesPerRay)
        var (error, distortion, occlusion) = (0.0, 0.0, 0.0)
        for index in 0..<batch.count {
            let pixel = pass.pixels[index]
            var up = fathom_radiance_upstream()
            if let target = targets[index] {
                let color = SIMD3(pixel.color.0, pixel.color.1, pixel.color.2)
                let view = batch[index].view
                let off = (exposure?.apply(color, view: view) ?? color) - target
                error += Double((off * off).sum())
                let pull = exposure?.pull(scale * off, color: color, view: view) ?? scale * off
                up.color = (pull.x, pull.y, pull.z)
            }
            distortion += Double(pixel.distortion)
            occlusion += Double(pixel.near_density)
            up.distortion = Float(options.distortionWeight) * share
            up.near_density = Float(options.occlusionWeight) * perStep
            pass.upstream[index] = up
        }
        var losses = StepLosses()
        losses.color = error / Double(3 * colored)
        losses.add("color", losses.color, weight: 1)
        if options.distortionWeight > 0 {
            losses.add("distortion", distortion * Double(share), weight: options.distortionWeight)
        }
        if options.occlusionWeight > 0 {
            losses.add("occlusion", occlusion * Double(perStep), weight: options.occlusionWeight)
        }
        if exposure != nil {
            let value = exposure!.regularize(weight: Float(options.exposureWeight))
            losses.add("exposure", value, weight: options.exposureWeight)
        }
        return losses
    }

    /// Asks `loss` about the batch's depths and adds what it says.
    private mutating func addDepths(_ loss: DepthLoss, _ batch: [PixelRay], to losses: inout StepLosses) throws {
        let kind = options.depthKind
        let depths = (0..<batch.count).map { pass.pixels[$0].parameter(kind) }
        let result = try loss(
            RenderedDepths(
                step: stepCount, stepCount: options.stepCount, rays: batch, depths: depths,
                opacities: (0..<batch.count).map { pass.pixels[$0].opacity }))
        precondition(result.gradients.count == batch.count, "a depth loss gives a number per ray")
        for index in 0..<batch.count where depths[index].isFinite {
            if kind == .mean {
                pass.upstream[index].mean_depth = result.gradients[index]
            } else {
                pass.upstream[index].depth = result.gradients[index]
            }
        }
        losses.values += result.values
        losses.total += result.total
    }
}
