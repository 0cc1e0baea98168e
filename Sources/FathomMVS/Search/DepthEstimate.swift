import FathomCore

/// Depth of one view as the search leaves it: inverse depth per pixel and what is known about its reliability.
public struct DepthEstimate: Sendable {
    /// ρ = 1/z per full-resolution pixel, NaN in the margin.
    var rho: PaddedPlane<Float>
    /// Aggregated cost of the winner, `PlaneField.marginCost` in the margin.
    var cost: PaddedPlane<Float>
    /// The ρ range that was searched.
    var range: ClosedRange<Double>
    /// The last bin width in ρ.
    var step: Float
    /// Excess of the sweep's second mode over its best, per pixel of `ambiguityLevel`.
    var ambiguity: Buffer<Float>
    var ambiguityLevel: Int

    public var width: Int { rho.width }
    public var height: Int { rho.height }
}
