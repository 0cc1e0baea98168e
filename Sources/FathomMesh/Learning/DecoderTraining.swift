import FathomCore
import FathomFields
import FathomGeometry
import FathomTensor

/// Trains one decoder of signed distances for many shapes, each with a code of its own, by samples of their distances and, end to
/// end, by their surfaces.
///
/// Per step and shape, L = mean |clamp(f) − clamp(s)| over samples s of the distance (Park et al., "DeepSDF", CVPR 2019) + λ |z|² +
/// w · Chamfer between the zero level of f(·; z) and points of the shape's surface; the latter reaches weights and code through the
/// extraction (Guillard et al., "DeepMesh", arXiv 2106.11795), whatever the topology. Deterministic for a seed, for any number of
/// threads.
public struct DecoderTraining: Sendable {
    /// What is known of a shape.
    public struct Shape: Sendable {
        /// Points in the field's box, most of them near the surface, and their signed distances, negative inside.
        public var points: [SIMD3<Float>]
        public var distances: [Float]
        /// Points on the surface, spread over it evenly; empty where only distances count.
        public var surface: [SIMD3<Float>]

        public init(points: [SIMD3<Float>], distances: [Float], surface: [SIMD3<Float>] = []) {
            self.points = points
            self.distances = distances
            self.surface = surface
        }

        /// Samples around a closed mesh: nine in ten beside its surface, at two widths, the others anywhere in `bounds`.
        ///
        /// - Throws: as `SignedMeshDistance`.
        public init(_ mesh: Mesh, samples: Int, surface: Int, bounds: Bounds, seed: UInt64) throws {
            var random = SeededRandom(seed: seed)
            let near = SurfacePoints(mesh, count: samples * 9 / 10, seed: seed).points.enumerated().map { i, p in
                p + SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal())) * (i & 1 == 0 ? 0.07 : 0.02)
            }
            let sides = bounds.upper - bounds.lower
            let anywhere = (near.count..<samples).map { _ in
                SIMD3<Float>(bounds.lower + sides * SIMD3(random.uniform(), random.uniform(), random.uniform()))
            }
            let points = near + anywhere
            let distance = try SignedMeshDistance(to: mesh)
            var values = [Float](repeating: 0, count: points.count)
            points.withUnsafeBufferPointer { points in
                values.withUnsafeMutableBufferPointer { values in
                    if let start = values.baseAddress { distance.evaluate(points, into: start) }
                }
            }
            self.init(points: points, distances: values, surface: SurfacePoints(mesh, count: surface, seed: seed &+ 1).points)
        }
    }

    public struct Options: Sendable {
        /// Samples of each shape's distances per step.
        public var batch = 1024
        /// Beyond it distances count as equal, world units.
        public var clamp: Float = 0.1
        /// λ.
        public var codeWeight: Float = 1e-4
        /// w, per squared world unit; 0 for distances alone.
        public var meshWeight: Float = 0
        /// Points along each axis of the lattice that surfaces are extracted on.
        public var latticePoints = 40
        /// Points drawn from each extracted surface.
        public var surfaceSamples = 2000
        public var weightRate: Float = 1e-3
        public var codeRate: Float = 1e-3
        public var schedule = LearningRate.constant
        /// Steps that the schedule runs over.
        public var plannedSteps = 1000
        public var seed: UInt64 = 0

        public init() {}
    }

    /// What a step found, means over the shapes.
    public struct Report: Sendable {
        /// Mean |clamp(f) − clamp(s)|, world units.
        public var distance: Double
        /// Squared world units; nil where no surface was compared.
        public var chamfer: Double?
        /// Shapes whose field has no surface yet.
        public var withoutSurface: Int
    }

    public var options: Options
    public let shapes: [Shape]
    public private(set) var stepCount = 0
    /// A code per shape.
    public private(set) var codes: [Buffer<Float>]
    private var field: MLPField
    private var weightAdam: Adam
    private var codeAdams: [Adam]
    private let chamfers: [ChamferLoss?]

    /// - Parameters:
    ///   - layout: with a code of at least one number where there are several shapes.
    ///   - shapes: at least one.
    ///   - bounds: the box in which surfaces are extracted, world units.
    /// - Throws: `inputInvalid` for shapes without samples, with numbers that are not finite, or with another number of distances than of
    ///   points.
    public init(_ layout: MLPField.Layout, shapes: [Shape], bounds: Bounds, options: Options = Options()) throws(FathomError) {
        for (index, shape) in shapes.enumerated() {
            let isFinite = shape.points.allSatisfy { $0.sum().isFinite } && shape.distances.allSatisfy(\.isFinite)
            guard !shape.points.isEmpty, shape.points.count == shape.distances.count, isFinite else {
                throw FathomError(
                    .inputInvalid,
                    "shape \(index) has \(shape.points.count) points and \(shape.distances.count) distances, all of which must be finite",
                    remedy: "give a distance per point")
            }
        }
        guard !shapes.isEmpty, layout.latentSize > 0 || shapes.count == 1 else {
            throw FathomError(
                .inputInvalid, "\(shapes.count) shapes cannot be told apart by codes of \(layout.latentSize) numbers",
                remedy: "give at least one shape, and codes where there are several")
        }
        self.shapes = shapes
        self.options = options
        var random = SeededRandom(seed: options.seed)
        let scale = 1 / Double(max(1, layout.latentSize)).squareRoot()
        codes = shapes.map { _ in
            Buffer((0..<layout.latentSize).map { _ in Float(random.normal() * scale) })
        }
        field = MLPField(
            layout, weights: MLPField.randomWeights(layout, seed: options.seed), latent: codes[0], fitted: .all, bounds: bounds)
        weightAdam = Adam(Adam.Options(rate: options.weightRate), count: layout.weightCount)
        codeAdams = shapes.map { _ in Adam(Adam.Options(rate: options.codeRate), count: layout.latentSize) }
        chamfers = shapes.map {
            $0.surface.isEmpty ? nil : ChamferLoss(targets: $0.surface, samples: options.surfaceSamples, seed: options.seed)
        }
    }

    /// The field of a shape as it is.
    public func field(of shape: Int) -> MLPField { field.with(latent: codes[shape]) }

    /// The field of any code, such as one between those of two shapes.
    public func field(code: Buffer<Float>) -> MLPField { field.with(latent: code) }

    /// Takes a step: the weights along the gradients of all shapes, each code along its own.
    ///
    /// - Throws: as `SurfaceExtractor.extract`.
    public mutating func step() throws -> Report {
        let (weightCount, codeSize) = (field.layout.weightCount, field.layout.latentSize)
        let share = 1 / Float(shapes.count)
        let rate = options.schedule.factor(step: stepCount, of: options.plannedSteps)
        var sum = Buffer<Float>(repeating: 0, count: weightCount)
        var report = Report(distance: 0, chamfer: nil, withoutSurface: 0)
        for index in shapes.indices {
            let own = field.with(latent: codes[index])
            var gradient = Buffer<Float>(repeating: 0, count: weightCount + codeSize)
            report.distance += Double(share) * addDistances(own, shape: index, into: &gradient)
            if options.meshWeight > 0, let chamfer = chamfers[index] {
                if let loss = try addSurface(own, chamfer, into: &gradient) {
                    report.chamfer = (report.chamfer ?? 0) + Double(share) * loss
                } else {
                    report.withoutSurface += 1
                }
            }
            for i in 0..<weightCount where gradient[i].isFinite { sum[i] += share * gradient[i] }
            var codeGradient = Buffer<Float>(repeating: 0, count: codeSize)
            for i in 0..<codeSize where gradient[weightCount + i].isFinite {
                codeGradient[i] = gradient[weightCount + i] + 2 * options.codeWeight * codes[index][i]
            }
            codeAdams[index].step(&codes[index], gradient: codeGradient, rateFactor: rate)
        }
        var weights = field.weights
        weightAdam.step(&weights, gradient: sum, rateFactor: rate)
        field = MLPField(field.layout, weights: weights, latent: codes[0], fitted: .all, bounds: field.bounds)
        stepCount += 1
        return report
    }

    /// The clamped difference on a batch of the shape's samples.
    private func addDistances(_ field: MLPField, shape index: Int, into gradient: inout Buffer<Float>) -> Double {
        let (shape, clamp) = (shapes[index], options.clamp)
        var random = SeededRandom(seed: options.seed &+ UInt64(stepCount * shapes.count + index + 1))
        let drawn = (0..<options.batch).map { _ in min(shape.points.count - 1, Int(random.uniform() * Double(shape.points.count)))
        }
        let points = drawn.map { shape.points[$0] }
        let values = field.sampled(points).values
        var loss = 0.0
        let upstream = drawn.indices.map { i -> Float in
            let wanted = min(max(shape.distances[drawn[i]], -clamp), clamp)
            let difference = min(max(values[i], -clamp), clamp) - wanted
            loss += Double(abs(difference))
            guard abs(values[i]) < clamp, difference != 0 else { return 0 }
            return (difference > 0 ? 1 : -1) / Float(drawn.count)
        }
        field.accumulate(points, values: upstream, gradients: nil, into: &gradient)
        return loss / Double(drawn.count)
    }

    /// The loss of the extracted surface; nil where there is none.
    private func addSurface(
        _ field: MLPField, _ chamfer: ChamferLoss, into gradient: inout Buffer<Float>
    ) throws -> Double? {
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: field.bounds, points: options.latticePoints))
        let surface = try extractor.extract(field)
        guard !surface.mesh.triangles.isEmpty else { return nil }
        var vertices = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
        let loss = try chamfer.accumulate(LossSurface(surface.mesh), weight: options.meshWeight, into: &vertices)
        field.accumulate(surface.mesh.positions, values: surface.fieldUpstream(vertices), gradients: nil, into: &gradient)
        return loss
    }
}
