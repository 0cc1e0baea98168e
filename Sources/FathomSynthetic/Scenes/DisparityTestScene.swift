import FathomCore
import FathomGeometry
import FathomMedia

/// A small scene with exact disparity, for measuring multi-view search: slanted ground, a box, a sphere and a textureless
/// patch, seen by a reference camera and four sources at unit baselines.
///
/// 320×256 grey values 0…255 with Gaussian noise of σ = 2. Textures have a 1/f spectrum, independent per object. A surface
/// point at reference pixel p appears in source v at p + v·d(p), that is, source v is a camera translated to −v.
/// Sources are rendered by forward splatting of what the reference sees (3×3 samples per pixel); what only a source sees
/// is filled with unrelated texture, so every pixel without a counterpart behaves like an occlusion.
public struct DisparityTestScene: Sendable {
    /// What a reference pixel is good for when errors are counted.
    public enum Region: UInt8, BitwiseCopyable, Sendable {
        /// Nearer than 42 px to the image border: its match may lie outside a source.
        case border
        case textured
        /// Inside the textureless patch.
        case flat
        /// Within 4 px of a step of disparity larger than 1 px.
        case edge
    }

    /// A view beside the reference.
    public struct Source: Sendable {
        /// Grey values 0…255.
        public let image: Raster<Float>
        /// Displacement per unit of disparity, in pixels.
        public let direction: SIMD2<Double>
        /// World axes are those of the reference camera.
        public let cameraFromWorld: Pose
    }

    /// Pixels per row of every image.
    public static let width = 320
    /// Rows of every image.
    public static let height = 256
    /// Disparities worth searching, in pixels.
    public static let disparityRange: ClosedRange<Double> = 4...40

    /// Intrinsics of all views; with unit baselines depth = `camera.fx` / disparity.
    public let camera: Camera
    /// Grey values 0…255.
    public let reference: Raster<Float>
    /// Right, left, down, up. The reference pose is the identity.
    public let sources: [Source]
    /// True disparity of each reference pixel.
    public let disparity: Raster<Float>
    /// True depth of each reference pixel, baselines as unit.
    public let depth: Raster<Float>
    /// One value per pixel of the reference.
    public let regions: Raster<Region>

    /// Inverse depths worth searching: `disparityRange` in world units.
    public var inverseDepthRange: ClosedRange<Double> {
        Self.disparityRange.lowerBound / camera.fx...Self.disparityRange.upperBound / camera.fx
    }

    /// The scene of a seed; the same on every machine.
    public init(seed: UInt64) {
        let (width, height) = (Self.width, Self.height)
        camera = Camera(width: width, height: height, fx: 320, fy: 320, cx: 160, cy: 128)
        var random = SeededRandom(seed: seed)
        // Three samples per pixel, band-limited to what the pixel grid can show.
        let noise = (0..<4).map { _ in SpectralNoise.pair(size: 1024, exponent: 1, cutoff: 1.0 / 6, random: &random) }
        let textures = noise.map(\.0)

        var reference = Raster<Float>(uninitializedWidth: width, height: height)
        var disparity = Raster<Float>(uninitializedWidth: width, height: height)
        var depth = Raster<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let sample = Self.sample(3 * x + 1, 3 * y + 1, textures)
                reference[x, y] = sample.intensity
                disparity[x, y] = Float(sample.disparity)
                depth[x, y] = Float(camera.fx / sample.disparity)
            }
        }
        sources = [SIMD2<Double>(1, 0), [-1, 0], [0, 1], [0, -1]].enumerated().map { index, direction in
            var image = Self.splat(direction, textures, holes: noise[index].1)
            Self.addNoise(to: &image, &random)
            return Source(
                image: image, direction: direction,
                cameraFromWorld: Pose(rotation: .identity, translation: [direction.x, direction.y, 0]))
        }
        Self.addNoise(to: &reference, &random)
        self.reference = reference
        self.disparity = disparity
        self.depth = depth
        regions = Self.regions(disparity)
    }

    /// Disparity and intensity of the visible surface at sample (i, j) of the grid of 3×3 samples per pixel.
    private static func sample(_ i: Int, _ j: Int, _ textures: [Raster<Float>]) -> (disparity: Double, intensity: Float) {
        let (x, y) = (Double(i - 1) / 3, Double(j - 1) / 3)
        let distance = ((x - 235) * (x - 235) + (y - 140) * (y - 140)) / (60 * 60)
        if distance < 1 {
            return (20 + 14 * (1 - distance).squareRoot(), 150 + 30 * textures[2][i, j])
        }
        if x > 60 && x < 140 && y > 70 && y < 190 {
            return (26 - 0.03 * (x - 60), 110 + 30 * textures[1][i, j])
        }
        let flat = isFlat(x, y)
        return (8 + 0.02 * x + 0.015 * y, 128 + (flat ? 0.3 * textures[3][i, j] : 30 * textures[0][i, j]))
    }

    private static func isFlat(_ x: Double, _ y: Double) -> Bool { x > 20 && x < 150 && y > 200 && y < 245 }

    /// The view displaced by `direction`: nearest surfaces win (1 px of disparity tolerance), bilinear weights.
    private static func splat(_ direction: SIMD2<Double>, _ textures: [Raster<Float>], holes: Raster<Float>) -> Raster<Float> {
        var nearest = Raster<Double>(width: width, height: height, repeating: -.infinity)
        func forEachSample(_ body: (_ x: Double, _ y: Double, _ disparity: Double, _ intensity: Float) -> Void) {
            for j in 0..<3 * height {
                for i in 0..<3 * width {
                    let sample = Self.sample(i, j, textures)
                    body(
                        Double(i - 1) / 3 + direction.x * sample.disparity, Double(j - 1) / 3 + direction.y * sample.disparity,
                        sample.disparity, sample.intensity)
                }
            }
        }
        forEachSample { x, y, disparity, _ in
            let (column, row) = (Int(x.rounded()), Int(y.rounded()))
            guard column >= 0, column < width, row >= 0, row < height else { return }
            nearest[column, row] = max(nearest[column, row], disparity)
        }
        var sum = Raster<Float>(width: width, height: height, repeating: 0)
        var weights = Raster<Float>(width: width, height: height, repeating: 0)
        forEachSample { x, y, disparity, intensity in
            let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
            for row in max(top, 0)...max(top + 1, 0) where row < height {
                for column in max(left, 0)...max(left + 1, 0) where column < width {
                    guard disparity > nearest[column, row] - 1 else { continue }
                    let weight = Float(max(0, 1 - abs(x - Double(column))) * max(0, 1 - abs(y - Double(row))))
                    sum[column, row] += weight * intensity
                    weights[column, row] += weight
                }
            }
        }
        for y in 0..<height {
            for x in 0..<width {
                let seen = nearest[x, y] > 0 && weights[x, y] > 0
                sum[x, y] = seen ? sum[x, y] / weights[x, y] : 128 + 30 * holes[3 * x + 1, 3 * y + 1]
            }
        }
        return sum
    }

    private static func addNoise(to image: inout Raster<Float>, _ random: inout SeededRandom) {
        for i in 0..<image.samples.count {
            image.samples[i] = min(max(image.samples[i] + 2 * Float(random.normal()), 0), 255)
        }
    }

    private static func regions(_ disparity: Raster<Float>) -> Raster<Region> {
        var regions = Raster<Region>(width: width, height: height, repeating: .border)
        let margin = 42
        for y in margin..<height - margin {
            for x in margin..<width - margin { regions[x, y] = isFlat(Double(x), Double(y)) ? .flat : .textured }
        }
        for y in 0..<height - 1 {
            for x in 0..<width - 1 {
                let here = disparity[x, y]
                guard abs(disparity[x + 1, y] - here) > 1 || abs(disparity[x, y + 1] - here) > 1 else { continue }
                for dy in -4...4 {
                    for dx in -4...4 where dx * dx + dy * dy <= 16 {
                        let (column, row) = (x + dx, y + dy)
                        guard column >= 0, column < width, row >= 0, row < height else { continue }
                        if regions[column, row] != .border { regions[column, row] = .edge }
                    }
                }
            }
        }
        return regions
    }
}
