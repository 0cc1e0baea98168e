import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

extension RaySpace {
    /// Cameras look the same way if no axis is farther than this from their mean, degrees.
    private static let forwardAngle = 35.0
    /// The near plane as a share of the nearest depth.
    private static let nearShare = 0.75
    /// Room around what cameras see, as a share.
    private static let margin = 0.02

    /// The space that fits cameras: what bounds say; else the reference camera's where all look the same way; else a box where all
    /// photos are masked, which hides what lies around; else a contracted one.
    ///
    /// - Parameters:
    ///   - views: with pinhole cameras, those to render included.
    ///   - bounds: a box that holds everything.
    ///   - depths: nearest and farthest depth of what is seen; nil takes the views' own ranges together.
    /// - Throws: `inputInvalid` where nobody knows depths, or where they make no sense.
    public static func choose(
        for views: [View], bounds: Bounds? = nil, depths: ClosedRange<Double>? = nil
    ) throws(FathomError) -> RaySpace {
        guard !views.isEmpty else { throw FathomError(.inputInvalid, "a radiance field needs a view") }
        if let bounds { return .box(bounds, depth: boxDepths(bounds, views)) }
        let ranges = views.compactMap(\.depthRange)
        let known = depths ?? (ranges.isEmpty ? nil : ranges.map(\.lowerBound).min()!...ranges.map(\.upperBound).max()!)
        guard let known, known.lowerBound > 0, known.upperBound > known.lowerBound, known.upperBound.isFinite else {
            throw FathomError(
                .inputInvalid, "it is not known how near and how far things are",
                remedy: "give a scene with depth ranges or points, or --bounds")
        }
        if let space = forward(views, near: nearShare * known.lowerBound) { return .forward(space) }
        let middle = focus(of: views)
        let distances = views.map { length($0.cameraFromWorld.center - middle) }
        if views.allSatisfy(\.isMasked) {
            let half = zip(views, distances).map { view, distance in
                let camera = view.pinhole
                return distance * min(Double(camera.width) / camera.fx, Double(camera.height) / camera.fy) / 2
            }.min()!
            let box = Bounds(lower: middle - half, upper: middle + half)
            return .box(box, depth: boxDepths(box, views))
        }
        return .contracted(
            BoundingSphere(center: middle, radius: distances.max()!), depth: nearShare * known.lowerBound...known.upperBound)
    }

    /// From before the nearest corner of a box to behind the farthest, as views see it.
    private static func boxDepths(_ bounds: Bounds, _ views: [View]) -> ClosedRange<Double> {
        var (near, far) = (Double.infinity, 0.0)
        for view in views {
            for corner in 0..<8 {
                let p = SIMD3<Double>(
                    corner & 1 == 0 ? bounds.lower.x : bounds.upper.x, corner & 2 == 0 ? bounds.lower.y : bounds.upper.y,
                    corner & 4 == 0 ? bounds.lower.z : bounds.upper.z)
                let z = (view.cameraFromWorld * p).z
                (near, far) = (min(near, z), max(far, z))
            }
        }
        let least = 1e-3 * bounds.diagonal
        return max(near, least)...max(far, 2 * least)
    }

    /// The mean camera's space, if all cameras look the way it does and stand before its near plane.
    private static func forward(_ views: [View], near: Double) -> ForwardSpace? {
        let poses = views.map(\.cameraFromWorld)
        let count = Double(poses.count)
        let center = poses.reduce(SIMD3<Double>.zero) { $0 + $1.center } / count
        let axis = normalize(poses.reduce(SIMD3<Double>.zero) { $0 + $1.forward })
        let up = poses.reduce(SIMD3<Double>.zero) { $0 - $1.rotation.row1 }
        guard poses.allSatisfy({ dot($0.forward, axis) > cos(forwardAngle * .pi / 180) }), length(cross(axis, up)) > 0 else {
            return nil
        }
        let reference = Pose.looking(from: center, at: center + axis, up: up)
        let cameras = views.map(\.pinhole)
        let slope = SIMD2(
            cameras.reduce(0) { $0 + 2 * $1.fx / Double($1.width) } / count,
            cameras.reduce(0) { $0 + 2 * $1.fy / Double($1.height) } / count)
        var space = ForwardSpace(reference: reference, near: near, slope: slope, lower: .zero, upper: .one)
        var (lower, upper) = (SIMD2<Double>(repeating: .infinity), SIMD2<Double>(repeating: -.infinity))
        for (camera, pose) in zip(cameras, poses) {
            guard (reference * pose.center).z < near else { return nil }
            for (x, y) in [(0, 0), (camera.width, 0), (0, camera.height), (camera.width, camera.height)] {
                let inCamera = SIMD3((Double(x) - camera.cx) / camera.fx, (Double(y) - camera.cy) / camera.fy, 1)
                guard let ends = space.ends(from: pose.center, along: pose.rotation.transposed * inCamera) else { return nil }
                lower = pointwiseMin(lower, pointwiseMin(ends.near, ends.far))
                upper = pointwiseMax(upper, pointwiseMax(ends.near, ends.far))
            }
        }
        let room = margin * (upper - lower)
        (space.lower, space.upper) = (lower - room, upper + room)
        return space
    }

    /// The point nearest to all optical axes: Σ (1 − d dᵀ) (x − c) = 0. The mean centre where axes are parallel.
    private static func focus(of views: [View]) -> SIMD3<Double> {
        var matrix = Matrix3.diagonal(.zero)
        var (sum, mean) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
        for pose in views.map(\.cameraFromWorld) {
            let (d, c) = (pose.forward, pose.center)
            let part = Matrix3(rows: [1, 0, 0] - d.x * d, [0, 1, 0] - d.y * d, [0, 0, 1] - d.z * d)
            matrix = Matrix3(rows: matrix.row0 + part.row0, matrix.row1 + part.row1, matrix.row2 + part.row2)
            sum += part * c
            mean += c / Double(views.count)
        }
        let count = Double(views.count)
        return matrix.determinant > 1e-6 * count * count * count ? matrix.inverse * sum : mean
    }
}
