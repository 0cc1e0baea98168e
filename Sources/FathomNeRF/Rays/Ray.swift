import CKernels
import FathomGeometry

/// A ray through one pixel as a radiance field sees it: places in the unit cube, parameterised by t from 0 to 1.
public struct Ray: Sendable, Equatable {
    /// Position in the cube at t is `origin + t · direction`; in contracted spaces `origin` and `direction` lie in the space before
    /// contraction and t passes through `depth`.
    public var origin: SIMD3<Float>
    public var direction: SIMD3<Float>
    /// Of length 1, in the world.
    public var viewDirection: SIMD3<Float>
    /// The part of 0 … 1 that lies in the space and in front of the camera; empty for rays that miss it.
    public var range: ClosedRange<Float>
    /// Field length per unit of t; of no use in contracted spaces.
    public var length: Float
    public var depth: RayDepth

    /// The ray as kernels see it.
    ///
    /// - Parameters:
    ///   - jitter: how far into its interval each sample lies, from 0 to 1.
    ///   - background: what shows behind everything.
    package func kernel(jitter: Float, background: SIMD3<Float>) -> fathom_radiance_ray {
        fathom_radiance_ray(
            origin: (origin.x, origin.y, origin.z), direction: (direction.x, direction.y, direction.z),
            view: (viewDirection.x, viewDirection.y, viewDirection.z), start: range.lowerBound, end: range.upperBound,
            jitter: jitter, length: length, depth: (Float(depth.a), Float(depth.b), Float(depth.c)),
            background: (background.x, background.y, background.z))
    }
}
