import FathomGeometry

/// One of the analytic primitives, in its own frame.
public enum Shape: Sendable, BitwiseCopyable {
    case box(Box)
    case sphere(Sphere)
    case torus(Torus)
    case cylinder(Cylinder)

    /// First t > 0 where the ray enters the shape, or infinity.
    @inline(__always)
    func intersection(_ ray: Ray) -> Double {
        switch self {
        case .box(let box): box.intersection(ray)
        case .sphere(let sphere): sphere.intersection(ray)
        case .torus(let torus): torus.intersection(ray)
        case .cylinder(let cylinder): cylinder.intersection(ray)
        }
    }

    /// Outward unit normal at a point on the surface.
    @inline(__always)
    func normal(at p: SIMD3<Double>) -> SIMD3<Double> {
        switch self {
        case .box(let box): box.normal(at: p)
        case .sphere(let sphere): sphere.normal(at: p)
        case .torus(let torus): torus.normal(at: p)
        case .cylinder(let cylinder): cylinder.normal(at: p)
        }
    }

    /// Signed distance, negative inside.
    @inline(__always)
    func distance(to p: SIMD3<Double>) -> Double {
        switch self {
        case .box(let box): box.distance(to: p)
        case .sphere(let sphere): sphere.distance(to: p)
        case .torus(let torus): torus.distance(to: p)
        case .cylinder(let cylinder): cylinder.distance(to: p)
        }
    }

    /// Half the extent along each axis of the shape's own frame.
    var halfExtent: SIMD3<Double> {
        switch self {
        case .box(let box): box.halfSize
        case .sphere(let sphere): SIMD3(repeating: sphere.radius)
        case .torus(let torus): [torus.radius + torus.tube, torus.radius + torus.tube, torus.tube]
        case .cylinder(let cylinder): [cylinder.radius, cylinder.radius, cylinder.halfHeight]
        }
    }
}

/// A shape placed in the world, with its material.
public struct Solid: Sendable, BitwiseCopyable {
    /// What stands for the ground where others have the index of a solid.
    static let ground = -1

    /// In its own frame.
    public var shape: Shape
    /// Origin of the shape's frame, world metres.
    public var center: SIMD3<Double>
    /// Rotation from the world's axes to the shape's own.
    public var shapeFromWorld: Matrix3
    /// Index into the scene's materials.
    public var material: Int
    /// Whether masks keep it.
    public var isSubject: Bool

    /// The ray in the shape's own frame; t keeps its meaning.
    @inline(__always)
    func local(_ ray: Ray) -> Ray {
        Ray(origin: local(ray.origin), direction: shapeFromWorld * ray.direction)
    }

    @inline(__always)
    func local(_ point: SIMD3<Double>) -> SIMD3<Double> { shapeFromWorld * (point - center) }

    /// The smallest axis-aligned box in the world around the rotated extent.
    var bounds: Bounds {
        let e = shape.halfExtent
        let r = shapeFromWorld
        var half = SIMD3<Double>.zero
        for (row, extent) in [(r.row0, e.x), (r.row1, e.y), (r.row2, e.z)] {
            half += SIMD3(abs(row.x), abs(row.y), abs(row.z)) * extent
        }
        return Bounds(lower: center - half, upper: center + half)
    }
}
