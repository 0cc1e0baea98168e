import FathomGeometry

/// A regular grid of sample points in the world, both end faces included.
///
/// Point (x, y, z) lies at `origin + spacing * (x, y, z)` and its value at index `(x * size.y + y) * size.z + z`.
public struct Lattice: Sendable, Equatable {
    /// Number of points along each axis.
    public var size: SIMD3<Int>
    /// World position of point (0, 0, 0).
    public var origin: SIMD3<Double>
    /// World distance between neighbouring points along each axis.
    public var spacing: SIMD3<Double>

    public init(size: SIMD3<Int>, origin: SIMD3<Double>, spacing: SIMD3<Double>) {
        precondition(size.min() >= 1, "a lattice needs a point along each axis")
        precondition(spacing.min() > 0, "a lattice needs a positive spacing")
        self.size = size
        self.origin = origin
        self.spacing = spacing
    }

    /// `points` points along each axis over the whole of `bounds`.
    public init(bounds: Bounds, points: Int) {
        precondition(points >= 2, "a lattice over bounds needs two points along each axis")
        self.init(
            size: SIMD3(repeating: points), origin: bounds.lower, spacing: (bounds.upper - bounds.lower) / Double(points - 1))
    }

    /// Number of points.
    public var count: Int { size.x * size.y * size.z }

    @inlinable
    public func index(_ x: Int, _ y: Int, _ z: Int) -> Int { (x * size.y + y) * size.z + z }

    @inlinable
    public func position(_ x: Int, _ y: Int, _ z: Int) -> SIMD3<Double> {
        origin + spacing * SIMD3(Double(x), Double(y), Double(z))
    }
}
