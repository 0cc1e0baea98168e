import FathomGeometry

/// Where the light of a scene comes from. Colours are linear RGB.
public struct Light: Sendable {
    /// Where the light comes from.
    public enum Source: Sendable, BitwiseCopyable {
        /// Parallel light; the unit vector points towards the sun.
        case sun(direction: SIMD3<Double>)
        /// A lamp; the colour holds at a distance of 1 and falls with the square.
        case lamp(position: SIMD3<Double>)
    }

    /// World coordinates.
    public var source: Source
    /// Irradiance of a surface that faces the light, linear RGB.
    public var color: SIMD3<Float>
    /// Light from above and from below, where nothing is near.
    public var ambientAbove: SIMD3<Float>
    /// Light from below, as reflected by the ground.
    public var ambientBelow: SIMD3<Float>
    /// Scale from radiance to picture brightness.
    public var exposure: Float = 1
}

/// What rays that leave the scene see: a gradient with clouds, or one colour.
public struct Sky: Sendable {
    /// Radiance at the horizon, linear RGB.
    public var horizon: SIMD3<Float>
    /// Radiance overhead, linear RGB.
    public var zenith: SIMD3<Float>
    /// Share of the sky that clouds cover, 0…1.
    public var clouds: Float
}
