import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// A view of a synthetic scene with its exact geometry, all at pixel centres except the colours.
public struct RenderedView: Sendable {
    /// RGB.
    public var color: Raster<UInt8>
    /// Camera z in metres; NaN where the sky is seen.
    public var depth: Raster<Float>
    /// Unit surface normals in world axes, three channels; NaN where the sky is seen.
    public var normal: Raster<Float>
    /// 255 where a subject of the scene is seen, else 0.
    public var mask: Raster<UInt8>
}

/// How a view is turned into a picture.
public struct RenderSettings: Sendable {
    /// Colour is averaged over this many samples squared per pixel.
    public var samplesPerSide = 2
    /// Factor on the light, as from automatic exposure.
    public var gain = 1.0
    /// σ of Gaussian noise in 8-bit steps, independent per pixel and channel.
    public var noise = 0.0
    /// Seed of the noise.
    public var seed: UInt64 = 0

    /// Four samples per pixel, no noise, the scene's own exposure.
    public init() {}
}

extension SyntheticScene {
    /// Renders one view by casting rays: colours averaged over n×n samples per pixel, exact depth, normal and mask of the
    /// centre ray. The camera must be a pinhole. O(pixels · samples); the same bytes for any number of threads.
    public func render(_ view: Viewpoint, settings: RenderSettings = RenderSettings()) -> RenderedView {
        precondition(view.camera.lens == .pinhole, "a scene is rendered into a pinhole camera")
        precondition(settings.samplesPerSide > 0, "a pixel has at least one sample")
        let (width, height) = (view.camera.width, view.camera.height)
        var color = Raster<UInt8>(uninitializedWidth: width, height: height, channels: 3)
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        var normal = Raster<Float>(uninitializedWidth: width, height: height, channels: 3)
        var mask = Raster<UInt8>(uninitializedWidth: width, height: height)
        withMutablePointers(&color, &depth, &normal, &mask) { color, depth, normal, mask in
            ThreadPool.shared.parallelFor(height, grain: 8) { rows in
                withCaster { caster in
                    for y in rows {
                        let row = y * width
                        caster.castGeometry(view, y, depth + row, normal + 3 * row, mask + row)
                        caster.castColors(view, settings, y, color + 3 * row)
                    }
                }
            }
        }
        return RenderedView(color: color, depth: depth, normal: normal, mask: mask)
    }
}

extension Caster {
    fileprivate func castGeometry(
        _ view: Viewpoint, _ y: Int, _ depth: UnsafeMutablePointer<Float>, _ normal: UnsafeMutablePointer<Float>,
        _ mask: UnsafeMutablePointer<UInt8>
    ) {
        for x in 0..<view.camera.width {
            let ray = view.ray(Double(x) + 0.5, Double(y) + 0.5)
            let hit = nearest(ray)
            var n = SIMD3<Float>(repeating: .nan)
            if let hit { n = SIMD3<Float>(self.normal(at: ray.point(at: hit.t), of: hit.solid)) }
            depth[x] = hit.map { Float($0.t) } ?? .nan
            mask[x] = hit.map { $0.solid != Solid.ground && solids[$0.solid].isSubject ? 255 : 0 } ?? 0
            (normal[3 * x], normal[3 * x + 1], normal[3 * x + 2]) = (n.x, n.y, n.z)
        }
    }

    fileprivate func castColors(
        _ view: Viewpoint, _ settings: RenderSettings, _ y: Int, _ color: UnsafeMutablePointer<UInt8>
    ) {
        var random = SeededRandom(seed: settings.seed, stream: UInt64(y))
        let n = settings.samplesPerSide
        let step = 1 / Double(n)
        let spread = step / view.camera.fx
        for x in 0..<view.camera.width {
            var sum = SIMD3<Float>.zero
            for j in 0..<n {
                for i in 0..<n {
                    let ray = view.ray(Double(x) + (Double(i) + 0.5) * step, Double(y) + (Double(j) + 0.5) * step)
                    sum += radiance(ray, spread: spread)
                }
            }
            let picture = pictureValue(sum * (Float(settings.gain) / Float(n * n)))
            for channel in 0..<3 {
                let noise = settings.noise > 0 ? Float(settings.noise * random.normal()) : 0
                color[3 * x + channel] = UInt8(min(max(picture[channel] + noise + 0.5, 0), 255))
            }
        }
    }

    /// Linear light to sRGB 0…255 with a soft shoulder, so that bright walls keep their texture.
    @inline(__always)
    func pictureValue(_ radiance: SIMD3<Float>) -> SIMD3<Float> {
        var value = SIMD3<Float>.zero
        for channel in 0..<3 {
            let exposed = 1 - expf(-max(radiance[channel], 0) * light.exposure)
            value[channel] = 255 * (exposed <= 0.0031308 ? 12.92 * exposed : 1.055 * powf(exposed, 1 / 2.4) - 0.055)
        }
        return value
    }
}
