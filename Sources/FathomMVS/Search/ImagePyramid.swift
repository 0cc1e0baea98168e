import CKernels
import FathomCore
import FathomGeometry
import FathomMedia

/// Grey levels of one photo at resolutions 1, 1/2, 1/4, …, in the two layouts that the search reads.
///
/// Level ℓ + 1 is level ℓ filtered with the even binomial [1 3 3 1]/8, which is centred between pixels, and decimated by
/// two: continuous coordinates scale by exactly 1/2 and sizes round up. About 11 bytes per photo pixel.
public struct ImagePyramid: Sendable {
    struct Level: Sendable {
        /// Grey values 0…255, margin replicated.
        var grey: PaddedPlane<Float>
        /// The same rounded to bytes, each texel holding its 2×2 neighbourhood.
        var texels: PaddedPlane<UInt32>
    }

    let levels: [Level]

    /// Full-resolution size.
    public var width: Int { levels[0].grey.width }
    public var height: Int { levels[0].grey.height }

    /// A pyramid of `levels` levels over a grey image with values 0…255.
    public init(grey: Raster<Float>, levels count: Int) {
        precondition(grey.channels == 1 && count >= 1 && grey.width > 0 && grey.height > 0)
        var base = PaddedPlane<Float>(uninitializedWidth: grey.width, height: grey.height)
        let stride = base.stride
        base.withMutableOrigin { target in
            grey.withPointer { source in
                for y in 0..<grey.height { (target + y * stride).update(from: source + y * grey.width, count: grey.width) }
            }
        }
        base.replicateMargin()
        var planes = [base]
        while planes.count < count { planes.append(Self.halved(planes[planes.count - 1])) }
        levels = planes.map { Level(grey: $0, texels: Self.packed($0)) }
    }

    /// Bytes of all levels in both layouts, margins included.
    var bytes: Int { levels.reduce(0) { $0 + 4 * ($1.grey.values.count + $1.texels.values.count) } }

    /// Size of a side at a level.
    static func side(_ side: Int, atLevel level: Int) -> Int { (side + (1 << level) - 1) >> level }

    private static func halved(_ plane: PaddedPlane<Float>) -> PaddedPlane<Float> {
        var half = PaddedPlane<Float>(uninitializedWidth: side(plane.width, atLevel: 1), height: side(plane.height, atLevel: 1))
        let (width, stride, from) = (half.width, half.stride, plane.stride)
        let height = half.height
        withMutablePointers(&half) { target in
            withPointers(plane) { source in
                ThreadPool.shared.parallelFor(height, grain: 32) { rows in
                    for y in rows {
                        fathom_halve_row(source + 2 * y * from, Int32(from), Int32(width), target + y * stride)
                    }
                }
            }
        }
        half.replicateMargin()
        return half
    }

    private static func packed(_ plane: PaddedPlane<Float>) -> PaddedPlane<UInt32> {
        var texels = PaddedPlane<UInt32>(uninitializedWidth: plane.width, height: plane.height)
        let margin = PaddedPlane<Float>.margin
        texels.withMutableOrigin { target in
            plane.withOrigin { source in
                fathom_pack_texels(
                    source, Int32(plane.width), Int32(plane.stride), Int32(-margin), Int32(plane.height + margin - 1), target)
                let last = target + (plane.height + margin - 1) * plane.stride - margin
                last.update(from: last - plane.stride, count: plane.stride)
            }
        }
        return texels
    }
}
