import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// A field that tells how much a point is inside, 0…1, as an implicit field with its surface at ½.
///
/// Value and gradient are ½ − o and −∇o. Occupancies saturate away from the surface, which bends vertices that are interpolated
/// between lattice points: what lattices are sampled with is −ln(o / (1 − o)) therefore, which is linear in the distance for a
/// logistic profile; its zero is the same. Logits tell no distance: extract with `.signChange`.
public struct OccupancyField<Base: ImplicitField>: ImplicitField {
    /// Gives occupancies, above ½ inside.
    public var base: Base
    private static var margin: Float { 1e-6 }

    public init(_ base: Base) {
        self.base = base
    }

    public var bounds: Bounds { base.bounds }

    public var parameters: Buffer<Float> {
        get { base.parameters }
        set { base.parameters = newValue }
    }

    public mutating func parametersDidChange() { base.parametersDidChange() }

    public func evaluate(_ points: UnsafeBufferPointer<SIMD3<Float>>, into values: UnsafeMutablePointer<Float>) {
        base.evaluate(points, into: values)
        for i in points.indices {
            let occupancy = min(max(values[i], Self.margin), 1 - Self.margin)
            values[i] = -logf(occupancy / (1 - occupancy))
        }
    }

    public func evaluate(
        _ points: UnsafeBufferPointer<SIMD3<Float>>, values: UnsafeMutablePointer<Float>,
        gradients: UnsafeMutablePointer<SIMD3<Float>>
    ) {
        base.evaluate(points, values: values, gradients: gradients)
        for i in points.indices {
            values[i] = 0.5 - values[i]
            gradients[i] = -gradients[i]
        }
    }

    public func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>
    ) {
        base.accumulate(points, values: values.map { -$0 }, gradients: gradients.map { $0.map { -$0 } }, into: &gradient)
    }
}
