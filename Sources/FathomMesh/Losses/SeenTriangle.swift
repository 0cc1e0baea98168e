import FathomGeometry

/// The triangle that a pixel's centre sees, and what each of its corners has to do with that.
struct SeenTriangle {
    let corners: SIMD3<UInt32>
    /// Barycentric shares of the corners at the point that is seen.
    let shares: SIMD3<Float>
    /// Unit normal, to the side from which the corners are counter-clockwise.
    let normal: SIMD3<Float>
    /// Normal times unit ray: negative where the front is seen.
    let cosine: Float
    /// Part of the unit ray along the optical axis.
    let alongAxis: Float

    /// Fails for a triangle without area.
    ///
    /// - Parameter depth: along the optical axis, world units, as rendered.
    init?(_ mesh: Mesh, _ triangle: UInt32, at pixel: SIMD2<Int>, depth: Float, _ projection: LossProjection) {
        corners = mesh.triangles[Int(triangle)]
        let (a, b, c) = mesh.corners(corners)
        let m = cross(b - a, c - a)
        let area = dot(m, m)
        guard area > 0 else { return nil }
        let ray = projection.ray(SIMD2(Float(pixel.x) + 0.5, Float(pixel.y) + 0.5))
        let point = projection.center + ray.direction * (depth / ray.alongAxis)
        let second = dot(cross(point - a, c - a), m) / area
        let third = dot(cross(b - a, point - a), m) / area
        shares = SIMD3(1 - second - third, second, third)
        normal = m / area.squareRoot()
        cosine = dot(normal, ray.direction)
        alongAxis = ray.alongAxis
    }
}
