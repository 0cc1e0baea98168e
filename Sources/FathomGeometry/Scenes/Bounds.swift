/// An axis-aligned box in world coordinates.
public struct Bounds: Sendable, Equatable {
    /// Smallest coordinate along each axis.
    public var lower: SIMD3<Double>
    /// Largest coordinate along each axis, not less than `lower`.
    public var upper: SIMD3<Double>

    /// A box between two corners, in world coordinates.
    public init(lower: SIMD3<Double>, upper: SIMD3<Double>) {
        self.lower = lower
        self.upper = upper
    }

    /// Whether a point lies inside or on a face.
    public func contains(_ p: SIMD3<Double>) -> Bool { all(p .>= lower) && all(p .<= upper) }
    /// Distance between opposite corners, in the unit of the world.
    public var diagonal: Double { length(upper - lower) }
}

/// A ball in world coordinates, such as the one NeuS maps to the unit sphere.
public struct BoundingSphere: Sendable, Equatable {
    /// In world coordinates.
    public var center: SIMD3<Double>
    /// In the unit of the world.
    public var radius: Double

    /// A ball; the radius is positive.
    public init(center: SIMD3<Double>, radius: Double) {
        self.center = center
        self.radius = radius
    }
}
