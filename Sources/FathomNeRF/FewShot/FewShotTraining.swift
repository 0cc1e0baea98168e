import FathomCore
import FathomGeometry

/// Fits a radiance field to a few photos, led by what is known of their depth.
///
/// A batch holds the quads whose order a prior tells, patches of virtual views between those of the photos, and random pixels. To
/// the colours' error come ranking and continuity (G. Wang et al., "SparseNeRF", ICCV 2023), the distance from measured depth, and
/// smoothness of the patches (M. Niemeyer et al., "RegNeRF", CVPR 2022). Without any prior and without patches it is
/// `RadianceTrainer` itself.
public struct FewShotTraining: Sendable {
    public let options: FewShotOptions
    public private(set) var trainer: RadianceTrainer
    private let sampler: QuadSampler?
    private let weights: PriorWeights
    /// Measured depth as t and its confidence, per photo; empty where nothing is measured.
    private let targets: [(t: [Float], confidence: [Float])]
    private let photoCount: Int
    private let seed: UInt64
    /// Virtual views, which stand behind the photos among the trainer's.
    private static let virtualViews = 16

    /// - Parameters:
    ///   - views: at least one; priors with known orders (`PriorOrientation`).
    ///   - space: for all views that will ever be looked through, see `RaySpace.choose`.
    /// - Throws: as `RadianceTrainer.init`.
    public init(
        _ views: [FewShotView], space: RaySpace, field: RadianceFieldOptions, options: FewShotOptions, seed: UInt64
    ) throws {
        self.options = options
        self.seed = seed
        photoCount = views.count
        let usesPatches = options.patches > 0 && options.patchWeight > 0 && views.count > 1
        let virtual = usesPatches ? Self.virtualViews(between: views.map(\.view), seed: seed) : []
        trainer = try RadianceTrainer(views.map(\.view) + virtual, space: space, options: field, seed: seed)
        let quads = QuadOptions(box: options.box > 0 ? options.box : nil)
        sampler = options.quads > 0 ? QuadSampler(views.map(\.prior), options: quads, seed: seed) : nil
        var weights: PriorWeights = space.isForward ? .forwardFacing : .wideBaseline
        if let ranking = options.rankingWeight { weights.ranking = Float(ranking) }
        if let continuity = options.continuityWeight { weights.continuity = Float(continuity) }
        self.weights = weights
        targets = views.map { view in
            guard options.depthWeight > 0, let measured = view.measured ?? view.prior, measured.isMetric else { return ([], []) }
            return Self.targets(measured, view.view, space)
        }
    }

    /// Measured depth as the view's rays measure it; NaN where there is none, or where it lies outside of the space.
    private static func targets(_ depth: DepthPrior, _ view: TrainingView, _ space: RaySpace) -> (t: [Float], confidence: [Float])
    {
        let (width, height) = (view.camera.width, view.camera.height)
        precondition(depth.width == width && depth.height == height, "measured depth has the photo's size")
        var (t, confidence) = ([Float](repeating: .nan, count: width * height), [Float](repeating: 0, count: width * height))
        for y in 0..<height {
            for x in 0..<width where !depth.values[x, y].isNaN {
                let ray = space.ray(view.camera, view.cameraFromWorld, x: Double(x) + 0.5, y: Double(y) + 0.5)
                let value = ray.depth.parameter(of: Double(depth.values[x, y]))
                guard value > 0, value < 1 else { continue }
                t[y * width + x] = Float(value)
                confidence[y * width + x] = depth.weights.map { $0[x, y] } ?? 1
            }
        }
        return (t, confidence)
    }

    /// Views between those of the photos, as large as the first: centres on the lines between two of them, looking at what both look
    /// at.
    private static func virtualViews(between views: [TrainingView], seed: UInt64) -> [TrainingView] {
        var random = SeededRandom(seed: seed, stream: 0x7669_7274)
        return (0..<virtualViews).map { _ in
            let first = random.index(below: views.count)
            let second = (first + 1 + random.index(below: views.count - 1)) % views.count
            let share = random.uniform(0.2..<0.8)
            let (a, b) = (views[first].cameraFromWorld, views[second].cameraFromWorld)
            let center = a.center * (1 - share) + b.center * share
            let forward = a.forward * (1 - share) + b.forward * share
            let up = -(a.rotation.row1 * (1 - share) + b.rotation.row1 * share)
            let pose = Pose.looking(from: center, at: center + forward, up: up)
            return TrainingView(camera: views[first].camera, cameraFromWorld: pose, color: nil)
        }
    }

    /// Takes a step.
    ///
    /// - Throws: as `RadianceTrainer.step`.
    public mutating func step() throws -> TrainingReport {
        let step = trainer.stepCount
        let quads = sampler?.draw(options.quads, step: step) ?? []
        var rays: [PixelRay] = []
        for quad in quads {
            rays += quad.pixels.map { PixelRay(view: Int(quad.view), x: Float($0.x) + 0.5, y: Float($0.y) + 0.5) }
        }
        let patchRays = patches(step)
        rays += patchRays
        let (weights, targets, options) = (weights.decayed(at: step, of: trainer.options.stepCount), targets, options)
        let photoCount = photoCount
        let widths = trainer.views.map(\.camera.width)
        let needsDepth = !rays.isEmpty || targets.contains { !$0.t.isEmpty }
        guard needsDepth else { return try trainer.step() }
        return try trainer.step(rays: rays) { rendered in
            var (values, total) = ([(name: String, value: Double)](), 0.0)
            var gradients = [Float](repeating: 0, count: rendered.depths.count)
            if !quads.isEmpty {
                let range = 0..<Quad.rays * quads.count
                let depths = Array(rendered.depths[range])
                var own = [Float](repeating: 0, count: depths.count)
                let ranking = RankingLoss().accumulate(depths, of: quads, weight: weights.ranking, into: &own)
                let both = weights.ranking * weights.continuity
                let continuity = ContinuityLoss().accumulate(depths, of: quads, weight: both, into: &own)
                for index in range { gradients[index] += own[index] }
                values += [("ranking", ranking.loss), ("violated", ranking.violatedShare), ("continuity", continuity)]
                total += Double(weights.ranking) * ranking.loss + Double(both) * continuity
            }
            if !patchRays.isEmpty {
                let range = Quad.rays * quads.count..<Quad.rays * quads.count + patchRays.count
                // A patch that meets nothing somewhere says nothing.
                let depths = rendered.depths[range].map { $0.isFinite ? $0 : 1 }
                let weight = Float(options.patchWeight) / 0.1 * DepthSmoothnessLoss.weight(at: step)
                var own = [Float](repeating: 0, count: depths.count)
                let loss = DepthSmoothnessLoss.accumulate(
                    depths, opacities: Array(rendered.opacities[range]), weight: weight, into: &own)
                for (place, index) in range.enumerated() { gradients[index] += own[place] }
                values.append(("patches", loss))
                total += Double(weight) * loss
            }
            if targets.contains(where: { !$0.t.isEmpty }) {
                var (wanted, trust) = (
                    [Float](repeating: .nan, count: rendered.rays.count), [Float](repeating: 0, count: rendered.rays.count)
                )
                for (index, ray) in rendered.rays.enumerated() where ray.view < photoCount && !targets[ray.view].t.isEmpty {
                    let place = Int(ray.y) * widths[ray.view] + Int(ray.x)
                    (wanted[index], trust[index]) = (targets[ray.view].t[place], targets[ray.view].confidence[place])
                }
                let loss = MetricDepthLoss().accumulate(
                    rendered.depths, targets: wanted, confidences: trust, weight: Float(options.depthWeight), into: &gradients)
                values.append(("depth", loss))
                total += options.depthWeight * loss
            }
            return DepthLossResult(values: values, total: total, gradients: gradients)
        }
    }

    /// Rays of the step's patches of virtual views, patch by patch, row by row.
    private func patches(_ step: Int) -> [PixelRay] {
        let virtual = trainer.views.count - photoCount
        guard virtual > 0 else { return [] }
        var random = SeededRandom(seed: seed, stream: 2 * UInt64(step) + 0x7061_7463_6800)
        let side = DepthSmoothnessLoss.side
        return (0..<options.patches).flatMap { _ -> [PixelRay] in
            let view = photoCount + random.index(below: virtual)
            let camera = trainer.views[view].camera
            let (x, y) = (random.index(below: camera.width - side), random.index(below: camera.height - side))
            return (0..<side * side).map { index in
                PixelRay(view: view, x: Float(x + index % side) + 0.5, y: Float(y + index / side) + 0.5)
            }
        }
    }

    /// The state of the trainer; the rest follows from what the training was made of.
    public var state: RadianceTrainer.State { trainer.state }

    /// Goes on from the state of a training of the same views, space, options and seed.
    ///
    /// - Throws: as `RadianceTrainer.take`.
    public mutating func take(_ state: RadianceTrainer.State) throws { try trainer.take(state) }
}
