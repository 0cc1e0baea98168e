import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

extension RadianceField {
    /// Light that may be left when a ray ends.
    static let leastLight: Float = 1e-4
    /// Rays that one task follows.
    private static let grain = 64

    /// The view of a pinhole camera.
    ///
    /// - Parameters:
    ///   - background: what shows behind everything, RGB 0 … 1.
    ///   - depth: which depth.
    public func render(
        _ camera: Camera, _ cameraFromWorld: Pose, background: SIMD3<Float> = .zero, depth kind: DepthKind = .median
    ) -> RenderedView {
        let (width, height) = (camera.width, camera.height)
        var color = Raster<Float>(uninitializedWidth: width, height: height, channels: 3)
        var (depth, parameter) = (
            Raster<Float>(uninitializedWidth: width, height: height), Raster<Float>(uninitializedWidth: width, height: height)
        )
        var opacity = Raster<Float>(uninitializedWidth: width, height: height)
        let chunks = (width * height + Self.grain - 1) / Self.grain
        var samples = Buffer<Int32>(uninitialized: chunks)
        withMutablePointers(&color, &depth, &parameter, &opacity) { color, depth, parameter, opacity in
            withMutablePointers(&samples) { samples in
                withKernelField { field in
                    ThreadPool.shared.parallelFor(width * height, grain: Self.grain) { range in
                        var count: Int32 = 0
                        follow(range, camera, cameraFromWorld, field, background) { index, ray, pixel in
                            let t = pixel.parameter(kind)
                            color[3 * index] = pixel.color.0
                            color[3 * index + 1] = pixel.color.1
                            color[3 * index + 2] = pixel.color.2
                            parameter[index] = t
                            let z = ray.depth.depth(at: Double(t))
                            depth[index] = z.isFinite ? Float(z) : .nan
                            opacity[index] = pixel.opacity
                            count += pixel.count
                        }
                        samples[range.lowerBound / Self.grain] = count
                    }
                }
            }
        }
        let total = samples.array.reduce(0) { $0 + Int($1) }
        return RenderedView(
            color: color, depth: depth, parameter: parameter, opacity: opacity,
            samplesPerRay: Double(total) / Double(max(1, width * height)))
    }

    /// Follows the rays of a run of pixels.
    private func follow(
        _ range: Range<Int>, _ camera: Camera, _ cameraFromWorld: Pose, _ field: fathom_radiance_field,
        _ background: SIMD3<Float>, _ body: (Int, Ray, fathom_radiance_pixel) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: fathom_radiance_ray.self, capacity: Self.grain) { rays in
            withUnsafeTemporaryAllocation(of: fathom_radiance_pixel.self, capacity: Self.grain) { pixels in
                func ray(_ index: Int) -> Ray {
                    space.ray(
                        camera, cameraFromWorld, x: Double(index % camera.width) + 0.5, y: Double(index / camera.width) + 0.5)
                }
                for (place, index) in range.enumerated() {
                    rays[place] = ray(index).kernel(jitter: 0.5, background: background)
                }
                withUnsafePointer(to: field) {
                    fathom_radiance_forward(
                        $0, rays.baseAddress, range.count, Self.leastLight, 0, nil, 0, pixels.baseAddress)
                }
                for (place, index) in range.enumerated() { body(index, ray(index), pixels[place]) }
            }
        }
    }
}

extension fathom_radiance_pixel {
    /// The ray's depth as t; NaN where it has none.
    package func parameter(_ kind: DepthKind) -> Float {
        switch kind {
        case .opaque: depth
        case .mean: opacity < DepthKind.leastOpacity ? .nan : mean_depth
        case .median: opacity < 0.5 ? .nan : median_depth
        }
    }
}
