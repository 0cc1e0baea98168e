import FathomCore
import FathomFields
import FathomGeometry
import FathomTensor

/// How a field is fitted.
public struct FieldFitOptions: Sendable {
    public var steps = 2000
    /// Points of the surface and, as many, beside it that a step looks at; half as many before it.
    public var batch = 4096
    /// Of the tables of features.
    public var tableRate: Float = 1e-2
    /// Of the network.
    public var networkRate: Float = 1e-3
    public var normalWeight: Float = 0.1
    /// How much it counts that the gradient's length is 1.
    public var eikonalWeight: Float = 0.1
    public var freeWeight: Float = 0.1
    /// Beyond it distances count as equal, world units.
    public var clamp: Float = .infinity
    /// Share of the steps over which finer levels open.
    public var opening = 0.4
    public var seed: UInt64 = 0

    public init() {}
}

/// Makes a signed distance of points and of what is known beside them: a closed, smooth field where fusion left noise and gaps.
///
/// A step minimises, over points drawn anew, mean |f| + w mean (1 − cos(n, ∇f)) on the surface, mean |f − d| beside it, both
/// clamped, mean max(0, c − f)² where nothing is, and mean (|∇f| − 1)² everywhere (Gropp et al., "Implicit geometric
/// regularization for learning shapes", 2020). The cosine, because n · ∇f itself would reward slopes above 1. Levels of the grid open from coarse to fine. About 6 µs per point and core.
/// Deterministic for a seed, for any number of threads.
public struct FieldFit: Sendable {
    /// What a step found; means over its points, world units.
    public struct Report: Sendable {
        public var surface: Double
        /// Mean 1 − cos(n, ∇f); nil without normals.
        public var normals: Double?
        public var band: Double?
        public var free: Double?
        /// Mean | |∇f| − 1 |.
        public var slope: Double
    }

    public let options: FieldFitOptions
    public private(set) var field: HashField
    public private(set) var stepCount = 0
    private let samples: FieldSamples
    private var adam: Adam

    /// - Parameters:
    ///   - field: where to start, a sphere as a rule; its box holds the samples.
    /// - Throws: `inputInvalid` for fewer than ten points of the surface, for numbers that are not finite, and for lists whose lengths
    ///   do not fit.
    public init(_ field: HashField, to samples: FieldSamples, options: FieldFitOptions = FieldFitOptions()) throws(FathomError) {
        let isFinite = [samples.surface, samples.normals, samples.band, samples.free].allSatisfy { list in
            list.allSatisfy { $0.sum().isFinite }
        }
        guard samples.surface.count >= 10, isFinite, samples.distances.allSatisfy(\.isFinite) else {
            throw FathomError(
                .inputInvalid,
                "a surface of \(samples.surface.count) points\(isFinite ? "" : ", some of them not finite,") tells no field",
                remedy: "give at least ten points, all of them finite")
        }
        guard samples.normals.isEmpty || samples.normals.count == samples.surface.count,
            samples.distances.count == samples.band.count
        else {
            throw FathomError(
                .inputInvalid,
                "there are \(samples.normals.count) normals of \(samples.surface.count) points, and \(samples.distances.count) distances of \(samples.band.count)",
                remedy: "give one per point")
        }
        self.field = field
        self.samples = samples
        self.options = options
        adam = Adam(Adam.Options(rate: options.tableRate, isSparse: true), count: field.parameters.count)
    }

    /// Takes a step.
    public mutating func step() -> Report {
        open()
        var random = SeededRandom(seed: options.seed, stream: UInt64(stepCount))
        func draw(_ count: Int, of all: Int) -> [Int] { all == 0 ? [] : (0..<count).map { _ in random.index(below: all) } }
        let onSurface = draw(options.batch, of: samples.surface.count)
        let beside = draw(options.batch, of: samples.band.count)
        let before = draw(options.batch / 2, of: samples.free.count)
        let points = onSurface.map { samples.surface[$0] } + beside.map { samples.band[$0] } + before.map { samples.free[$0] }
        let (values, gradients) = field.sampled(points)
        var upstream = Upstream(values, gradients)
        let surface = upstream.addValues(0..<onSurface.count) { value, _ in (abs(value), value < 0 ? -1 : 1) }
        var normals: Double?
        if !samples.normals.isEmpty {
            normals = upstream.addNormals(onSurface.map { samples.normals[$0] }, weight: options.normalWeight)
        }
        let (clamp, weight, clearance) = (options.clamp, options.freeWeight, samples.clearance)
        let band = upstream.addValues(onSurface.count..<onSurface.count + beside.count) { [samples] value, place in
            let wanted = min(max(samples.distances[beside[place]], -clamp), clamp)
            let difference = min(max(value, -clamp), clamp) - wanted
            return (abs(difference), abs(value) < clamp ? (difference < 0 ? -1 : 1) : 0)
        }
        let free = upstream.addValues(points.count - before.count..<points.count) { value, _ in
            let missing = max(0, clearance - value)
            return (missing * missing, -2 * missing * weight)
        }
        let slope = upstream.addSlopes(weight: options.eikonalWeight)
        move(points, upstream)
        stepCount += 1
        return Report(
            surface: surface, normals: normals, band: beside.isEmpty ? nil : band, free: before.isEmpty ? nil : free, slope: slope
        )
    }

    /// Opens the levels that count at the next step.
    private mutating func open() {
        let levels = field.options.levels
        let progress = Double(stepCount) / max(1, options.opening * Double(options.steps))
        field.activeLevels = min(levels, 2 + Int(progress * Double(levels - 2)))
    }

    private mutating func move(_ points: [SIMD3<Float>], _ upstream: Upstream) {
        var gradient = Buffer<Float>(repeating: 0, count: field.parameters.count)
        field.accumulate(points, values: upstream.values, gradients: upstream.gradients, into: &gradient)
        for index in 0..<gradient.count where !gradient[index].isFinite { gradient[index] = 0 }
        let network = field.network
        let before = network.map { field.parameters[$0] }
        var parameters = field.parameters
        let factor = LearningRate.exponential(final: 0.1).factor(step: stepCount, of: options.steps)
        adam.step(&parameters, gradient: gradient, rateFactor: factor)
        // The network goes at a rate of its own: Adam's steps are proportional to it.
        let share = options.networkRate / options.tableRate
        for (place, index) in network.enumerated() {
            parameters[index] = before[place] + share * (parameters[index] - before[place])
        }
        field.parameters = parameters
        field.parametersDidChange()
    }
}

/// What losses of a batch send back to the field's values and gradients.
private struct Upstream {
    var values: [Float]
    var gradients: [SIMD3<Float>]
    private let fieldValues: [Float]
    private let fieldGradients: [SIMD3<Float>]

    init(_ values: [Float], _ gradients: [SIMD3<Float>]) {
        (fieldValues, fieldGradients) = (values, gradients)
        self.values = [Float](repeating: 0, count: values.count)
        self.gradients = [SIMD3<Float>](repeating: .zero, count: values.count)
    }

    /// The mean over a part of the batch of a loss of the value, given with its derivative; 0 for an empty part.
    mutating func addValues(_ range: Range<Int>, _ loss: (Float, Int) -> (value: Float, slope: Float)) -> Double {
        let share = 1 / Float(max(1, range.count))
        var sum = 0.0
        for index in range {
            let (value, slope) = loss(fieldValues[index], index - range.lowerBound)
            sum += Double(value)
            values[index] += slope * share
        }
        return sum * Double(share)
    }

    /// Mean 1 − cos(n, ∇f) of the first points.
    mutating func addNormals(_ normals: [SIMD3<Float>], weight: Float) -> Double {
        let share = 1 / Float(normals.count)
        var sum = 0.0
        for (index, normal) in normals.enumerated() {
            let size = max(length(fieldGradients[index]), 1e-8)
            let direction = fieldGradients[index] / size
            let cosine = dot(normal, direction)
            sum += Double(1 - cosine)
            gradients[index] -= (normal - direction * cosine) * (weight * share / size)
        }
        return sum * Double(share)
    }

    /// Mean (|∇f| − 1)² of all points; returns the mean of | |∇f| − 1 |.
    mutating func addSlopes(weight: Float) -> Double {
        let share = 1 / Float(max(1, fieldGradients.count))
        var sum = 0.0
        for index in fieldGradients.indices {
            let size = length(fieldGradients[index])
            sum += Double(abs(size - 1))
            guard size > 1e-8 else { continue }
            gradients[index] += fieldGradients[index] * (2 * weight * share * (size - 1) / size)
        }
        return sum * Double(share)
    }
}
