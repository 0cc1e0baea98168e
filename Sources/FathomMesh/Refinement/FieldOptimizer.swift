import FathomCore
import FathomFields
import FathomGeometry
import FathomTensor

/// Changes a field as the gradients of its surface's vertices ask.
public protocol FieldOptimizer: Sendable {
    associatedtype Field: ImplicitField

    /// Takes a step.
    ///
    /// - Parameters:
    ///   - surface: of the field as it is.
    ///   - gradients: ∂L/∂v, one per vertex.
    ///   - step: number of the step, from 0.
    ///   - count: steps planned.
    /// - Returns: how far the surface moved, the 99th percentile over the vertices, in lattice spacings.
    mutating func step(
        _ field: inout Field, _ surface: FieldSurface, _ gradients: [SIMD3<Float>], step: Int, of count: Int
    ) -> Double
}

/// Losses of a field beside those of its surface, such as that its slope be 1.
public protocol FieldLoss: Sendable {
    var name: String { get }

    /// Adds `weight` times the loss' gradient with respect to the field's parameters; returns the loss.
    func accumulate(_ field: some ImplicitField, weight: Float, into gradient: inout Buffer<Float>) -> Double
}

/// Steps of Adam in the field's parameters, limited by how far they move the surface.
///
/// The linearisation holds near the surface only: a step that would move one vertex in a hundred by more than half a lattice spacing
/// is shortened, as the field with the step taken tells.
public struct AdamFieldOptimizer<Field: ImplicitField>: FieldOptimizer {
    public var adam: Adam
    public var schedule: LearningRate
    /// Losses of the field itself, and how much they count.
    public var fieldLosses: [(loss: any FieldLoss, weight: Float)]
    private static var longestStep: Float { 0.5 }
    /// Vertices whose motion is looked at, spread over all; a percentile needs no more.
    private static var probeCount: Int { 1024 }

    public init(
        _ options: Adam.Options, field: Field, schedule: LearningRate = .constant,
        fieldLosses: [(loss: any FieldLoss, weight: Float)] = []
    ) {
        adam = Adam(options, count: field.parameters.count)
        self.schedule = schedule
        self.fieldLosses = fieldLosses
    }

    public mutating func step(
        _ field: inout Field, _ surface: FieldSurface, _ gradients: [SIMD3<Float>], step: Int, of count: Int
    ) -> Double {
        let before = field.parameters
        var gradient = Buffer<Float>(repeating: 0, count: before.count)
        field.accumulate(
            surface.mesh.positions, values: surface.fieldUpstream(gradients), gradients: nil, into: &gradient)
        for (loss, weight) in fieldLosses { _ = loss.accumulate(field, weight: weight, into: &gradient) }
        for index in 0..<gradient.count where !gradient[index].isFinite { gradient[index] = 0 }
        var after = before
        adam.step(&after, gradient: gradient, rateFactor: schedule.factor(step: step, of: count))
        let vertexCount = surface.mesh.positions.count
        let probes = stride(from: 0, to: vertexCount, by: max(1, vertexCount / Self.probeCount))
        let points = probes.map { surface.mesh.positions[$0] }
        let slopes = probes.map { max(length(surface.fieldGradients[$0]), 1e-8) }
        let start = field.sampled(points).values
        // The 99th percentile of |Δf| / |∇f|, in lattice spacings.
        func motion() -> Double {
            let motions = zip(zip(start, field.sampled(points).values), slopes).map { abs($0.1 - $0.0) / $1 }
            return Double(motions.quantile(0.99)) / surface.spacing
        }
        field.parameters = after
        field.parametersDidChange()
        let moved = motion()
        guard moved > Double(Self.longestStep) else { return moved }
        let share = Float(Double(Self.longestStep) / moved)
        for index in 0..<after.count { after[index] = before[index] + (after[index] - before[index]) * share }
        field.parameters = after
        field.parametersDidChange()
        return motion()
    }
}

extension [Float] {
    /// The value below which a share of the numbers lies; 0 where there are none.
    func quantile(_ share: Double) -> Float {
        let finite = filter(\.isFinite).sorted()
        return finite.isEmpty ? 0 : finite[Swift.min(finite.count - 1, Int(Double(finite.count) * share))]
    }
}
