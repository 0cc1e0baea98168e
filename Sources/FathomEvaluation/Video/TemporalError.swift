import FathomCore
import FathomGeometry
import FathomMedia

/// The temporal alignment error of two neighbouring frames (TAE, arXiv 2501.12375).
///
/// Each pixel of one depth map is moved to the other camera, rounded to the nearest pixel and written there in row order:
/// no z-buffer, no occlusion test, the last one stays.
enum TemporalError {
    /// Depth of a frame with the camera that saw it.
    struct Frame: Sendable {
        var depth: Raster<Float>
        var view: View

        /// The camera for the size of the depth map.
        var camera: Camera { view.camera.resized(width: depth.width, height: depth.height) }
    }

    /// Relative errors forward and backward, added. O(pixels).
    static func between(_ first: Frame, _ second: Frame) -> Double {
        let errors = [(first, second), (second, first)].parallelMap { error(of: $0.0, in: $0.1) }
        return errors[0] + errors[1]
    }

    /// Mean |d − z| / d over the pixels of `target` with depth d where depth z of `source` arrives; 0 where none does.
    private static func error(of source: Frame, in target: Frame) -> Double {
        let arrived = moved(source, to: target)
        var (sum, count) = (0.0, 0)
        arrived.withPointer { arrived in
            target.depth.withPointer { depth in
                for index in 0..<target.depth.pixelCount where arrived[index] > 0 && depth[index] > 0 {
                    sum += abs(Double(depth[index]) - Double(arrived[index])) / Double(depth[index])
                    count += 1
                }
            }
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    /// The depth of `source` as the camera of `target` sees it; 0 where nothing arrives.
    private static func moved(_ source: Frame, to target: Frame) -> Raster<Float> {
        let (from, to) = (source.camera, target.camera)
        let motion = target.view.cameraFromWorld * source.view.cameraFromWorld.inverse
        let (width, height) = (Double(to.width), Double(to.height))
        var result = Raster<Float>(width: to.width, height: to.height, repeating: 0)
        result.withMutablePointer { result in
            source.depth.withPointer { depth in
                for y in 0..<from.height {
                    for x in 0..<from.width {
                        let z = Double(depth[y * from.width + x])
                        guard z > 0 else { continue }
                        let ray = SIMD3((Double(x) + 0.5 - from.cx) / from.fx, (Double(y) + 0.5 - from.cy) / from.fy, 1)
                        let point = motion * (z * ray)
                        let u = to.fx * point.x / point.z + to.cx
                        let v = to.fy * point.y / point.z + to.cy
                        // False for what is not a number.
                        guard u >= 0, v >= 0, u < width, v < height else { continue }
                        result[Int(v) * to.width + Int(u)] = Float(point.z)
                    }
                }
            }
        }
        return result
    }
}
