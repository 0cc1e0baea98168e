import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia

/// Takes from a solid what silhouettes show to be empty.
///
/// A lattice point that some view sees as background cannot be inside (Laurentini, "The visual hull concept", 1994). The distance
/// to the silhouette's outline, in pixels, becomes a distance in the world, so that the cut is as smooth as the outline; the solid is
/// the intersection of what it was with every view's cone. O(lattice points · views).
package struct SilhouetteCarving {
    private struct Cone: Sendable {
        let projection: LossProjection
        /// Signed distance to the outline in pixels, negative inside of the silhouette; deep inside where nothing is known.
        let distance: Raster<Float>
        let focal: Float
        let size: SIMD2<Float>
    }

    private let cones: [Cone]

    /// - Parameter views: those with a silhouette take part; values near ½ say nothing.
    package init(_ views: [LossView]) {
        cones = views.compactMap { view in
            view.silhouette.map { mask in
                Cone(
                    projection: LossProjection(view), distance: Self.distances(mask), focal: Float(view.camera.fx),
                    size: SIMD2(Float(mask.width), Float(mask.height)))
            }
        }
    }

    package var isEmpty: Bool { cones.isEmpty }

    /// The intersection of `values`, negative inside, with all cones.
    package func carve(_ values: inout Buffer<Float>, _ lattice: Lattice) {
        let (size, cones) = (lattice.size, cones)
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(size.x * size.y, grain: 8) { rows in
                for row in rows {
                    for z in 0..<size.z {
                        let index = row * size.z + z
                        // What is far outside stays outside.
                        guard values[index] < Float(4 * lattice.spacing.x) else { continue }
                        let point = SIMD3<Float>(lattice.position(row / size.y, row % size.y, z))
                        for cone in cones {
                            guard let seen = cone.projection.project(point), all(seen.pixel .>= 0), all(seen.pixel .<= cone.size)
                            else { continue }
                            let distance = cone.distance.bilinear(seen.pixel) * seen.inCamera.z / cone.focal
                            if distance > values[index] { values[index] = distance }
                        }
                    }
                }
            }
        }
    }

    /// Signed distances to the outline of a mask by two passes of a chamfer transform with steps 1 and √2, cut at 64 pixels.
    private static func distances(_ mask: Raster<Float>) -> Raster<Float> {
        let (width, height) = (mask.width, mask.height)
        let limit: Float = 64
        var inside = Raster<Float>(width: width, height: height, repeating: limit)
        var outside = inside
        for i in 0..<width * height {
            // Half a pixel from centre to edge.
            if mask.samples[i] < 0.5 { inside.samples[i] = 0 } else if mask.samples[i] > 0.5 { outside.samples[i] = 0 }
        }
        let knownOutside = mask.samples.array.contains { $0 < 0.5 }
        for pass in 0..<2 {
            sweep(&inside, reversed: pass == 1)
            sweep(&outside, reversed: pass == 1)
        }
        var distance = Raster<Float>(width: width, height: height, repeating: -limit)
        guard knownOutside else { return distance }
        for i in 0..<width * height {
            let value = mask.samples[i]
            // Pixels on the outline tell their distance by how much of them is covered.
            if value > 0 && value < 1 {
                distance.samples[i] = value == 0.5 ? -limit : 0.5 - value
            } else {
                distance.samples[i] = value < 0.5 ? outside.samples[i] - 0.5 : 0.5 - inside.samples[i]
            }
        }
        return distance
    }

    private static func sweep(_ d: inout Raster<Float>, reversed: Bool) {
        let (width, height) = (d.width, d.height)
        let step = reversed ? 1 : -1
        d.withMutablePointer { d in
            for row in 0..<height {
                let y = reversed ? height - 1 - row : row
                for column in 0..<width {
                    let x = reversed ? width - 1 - column : column
                    var best = d[y * width + x]
                    for (dx, dy, cost) in [(step, 0, 1), (-step, step, 1.4142), (0, step, 1), (step, step, 1.4142)]
                        as [(Int, Int, Float)]
                    {
                        let (nx, ny) = (x + dx, y + dy)
                        guard nx >= 0, ny >= 0, nx < width, ny < height else { continue }
                        best = min(best, d[ny * width + nx] + cost)
                    }
                    d[y * width + x] = best
                }
            }
        }
    }
}
