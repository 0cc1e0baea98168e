import FathomCore
import FathomGeometry
import FathomMedia

/// Whether what one view sees is also seen by another.
public enum Visibility: UInt8, BitwiseCopyable, Sendable {
    /// The sky, or a point that projects outside the other image.
    case outside
    /// Inside the other image, but something is in front of it.
    case hidden
    case visible
}

extension SyntheticScene {
    /// For each pixel centre of `reference`: is its surface point seen by `other`? Exact, by casting a ray between them.
    public func visibility(of reference: Viewpoint, in other: Viewpoint) -> Raster<Visibility> {
        let (width, height) = (reference.camera.width, reference.camera.height)
        var result = Raster<Visibility>(uninitializedWidth: width, height: height)
        withMutablePointers(&result) { result in
            ThreadPool.shared.parallelFor(height, grain: 8) { rows in
                withCaster { caster in
                    for y in rows {
                        for x in 0..<width {
                            let ray = reference.ray(Double(x) + 0.5, Double(y) + 0.5)
                            result[y * width + x] =
                                caster.nearest(ray).map { hit in
                                    let point = ray.point(at: hit.t)
                                    return caster.visibility(
                                        of: point, normal: caster.normal(at: point, of: hit.solid), in: other)
                                } ?? .outside
                        }
                    }
                }
            }
        }
        return result
    }
}

extension Caster {
    /// Whether `view` sees a point of a surface.
    func visibility(of point: SIMD3<Double>, normal: SIMD3<Double>, in view: Viewpoint) -> Visibility {
        guard view.pixel(of: point) != nil else { return .outside }
        let toCamera = view.cameraFromWorld.center - point
        guard dot(toCamera, normal) > 0 else { return .hidden }
        return isBlocked(Ray(origin: point + 1e-6 * normal, direction: toCamera), limit: 1) ? .hidden : .visible
    }
}
