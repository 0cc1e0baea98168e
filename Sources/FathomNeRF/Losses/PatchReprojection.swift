import FathomCore
import FathomGeometry
import FathomMedia

/// Judges depths of pixels by how well the photo around them fits another photo where the depth says it should.
///
/// A patch of 5×5 pixels of a training photo is carried, at one camera depth for all of it, into the training views nearest to it
/// and compared there. Occlusion is ignored: of several views the best match counts.
public struct PatchReprojection: Sendable {
    /// Pixels to each side of the middle.
    private static let reach = 2

    private let images: [PosedImage]
    /// For each image the maps into those that it is compared with.
    private let warps: [[Warp]]

    /// The homography between two views for planes parallel to the first one's image: at camera depth z, pixel p of the first is
    /// pixel z H p + k of the second, homogeneous.
    private struct Warp: Sendable {
        let image: Int
        let rows: Matrix3
        let shift: SIMD3<Double>
    }

    /// - Parameters:
    ///   - images: the training views.
    ///   - sources: how many of the other views each is compared with, those with the nearest cameras.
    public init(_ images: [PosedImage], sources: Int = 2) {
        self.images = images
        warps = images.indices.map { index in
            let pose = images[index].cameraFromWorld
            let others = images.indices.filter { $0 != index }.sorted {
                length(images[$0].cameraFromWorld.center - pose.center) < length(images[$1].cameraFromWorld.center - pose.center)
            }
            return others.prefix(sources).map { other in
                let otherFromThis = images[other].cameraFromWorld * pose.inverse
                let matrix = images[other].camera.matrix
                return Warp(
                    image: other, rows: matrix * otherFromThis.rotation * images[index].camera.inverseMatrix,
                    shift: matrix * otherFromThis.translation)
            }
        }
    }

    /// Mean squared difference of the patch around a pixel to where a depth takes it, over pixels and channels.
    ///
    /// - Parameter depth: camera z in world units.
    /// - Returns: the least over the views that see all of the patch; nil if none does or the patch crosses the photo's border.
    public func error(view: Int, x: Int, y: Int, depth: Float) -> Float? {
        let (camera, reach) = (images[view].camera, Self.reach)
        guard depth > 0, x >= reach, y >= reach, x < camera.width - reach, y < camera.height - reach else { return nil }
        return warps[view].compactMap { error(of: images[view].color, x, y, Double(depth), $0) }.min()
    }

    /// The best of several depths of one pixel.
    ///
    /// - Parameter depths: camera z in world units.
    /// - Returns: its index and error; nil if none can be judged.
    public func best(of depths: [Float], view: Int, x: Int, y: Int) -> (index: Int, error: Float)? {
        var best: (index: Int, error: Float)?
        for (index, depth) in depths.enumerated() {
            guard let error = error(view: view, x: x, y: y, depth: depth), error < best?.error ?? .infinity else { continue }
            best = (index, error)
        }
        return best
    }

    private func error(of color: Raster<Float>, _ x: Int, _ y: Int, _ depth: Double, _ warp: Warp) -> Float? {
        let other = images[warp.image].color
        return color.withPointer { own in
            other.withPointer { there in
                var sum: Float = 0
                for row in y - Self.reach...y + Self.reach {
                    for column in x - Self.reach...x + Self.reach {
                        let p = warp.rows * SIMD3(Double(column) + 0.5, Double(row) + 0.5, 1) * depth + warp.shift
                        guard p.z > 0 else { return nil }
                        let (u, v) = (p.x / p.z - 0.5, p.y / p.z - 0.5)
                        guard u >= 0, v >= 0, u < Double(other.width - 1), v < Double(other.height - 1) else { return nil }
                        let (left, top) = (Int(u), Int(v))
                        let (ax, ay) = (Float(u - Double(left)), Float(v - Double(top)))
                        let upper = there + 3 * (top * other.width + left)
                        let lower = upper + 3 * other.width
                        let pixel = own + 3 * (row * color.width + column)
                        for c in 0..<3 {
                            let a = upper[c] + (upper[c + 3] - upper[c]) * ax
                            let b = lower[c] + (lower[c + 3] - lower[c]) * ax
                            let difference = a + (b - a) * ay - pixel[c]
                            sum += difference * difference
                        }
                    }
                }
                let side = 2 * Self.reach + 1
                return sum / Float(3 * side * side)
            }
        }
    }
}
