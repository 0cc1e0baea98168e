/// An axis-aligned box in world coordinates.
public struct Bounds: Sendable, Equatable {
    public var lower: SIMD3<Double>
    public var upper: SIMD3<Double>

    public init(lower: SIMD3<Double>, upper: SIMD3<Double>) {
        self.lower = lower
        self.upper = upper
    }

    public func contains(_ p: SIMD3<Double>) -> Bool { all(p .>= lower) && all(p .<= upper) }
    public var diagonal: Double { length(upper - lower) }
}

/// A ball in world coordinates, such as the one NeuS maps to the unit sphere.
public struct BoundingSphere: Sendable, Equatable {
    public var center: SIMD3<Double>
    public var radius: Double

    public init(center: SIMD3<Double>, radius: Double) {
        self.center = center
        self.radius = radius
    }
}
