import FathomCore
import FathomGeometry
import FathomMedia

#if canImport(Glibc)
import Glibc
#endif

/// Exact depth made as wrong as monocular networks are: right in its order nearly everywhere, wrong in all else.
///
/// Inverse depth, stretched to 0…1, bent by a power, tilted by a slow wave, spoilt in blocks, scaled and shifted per image.
public struct CorruptedPrior: Sendable {
    /// Exponent of the stretched inverse depth.
    public var gamma = 1.4
    /// Largest height of the slow wave, as a share of the range.
    public var bias = 0.03
    /// Least share of the pixels that lie in spoilt blocks.
    public var outliers = 0.05

    /// As trials use it.
    public init() {}

    /// The prior of one image.
    ///
    /// - Parameters:
    ///   - depth: camera z; NaN counts as infinitely far.
    ///   - seed: of all images of a scene.
    ///   - image: number of the image, each of which is spoilt in its own way.
    /// - Returns: affine inverse depth of the same size, a number in every pixel. O(pixels).
    public func prior(of depth: Raster<Float>, seed: UInt64, image: Int) -> DepthMap {
        var random = SeededRandom(seed: seed, stream: 0xdeb1a5 &+ UInt64(image))
        let scale = Float(exp2(random.uniform(-1..<1)))
        let shift = Float(random.uniform(-0.5..<0.5))
        var values = Raster<Float>(width: depth.width, height: depth.height, repeating: 0)
        for index in 0..<depth.pixelCount where depth.samples[index] > 0 { values.samples[index] = 1 / depth.samples[index] }
        let range = values.finiteRange ?? 0...1
        let extent = max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        for index in 0..<depth.pixelCount {
            values.samples[index] = powf((values.samples[index] - range.lowerBound) / extent, Float(gamma))
        }
        addWave(to: &values, &random)
        spoilBlocks(of: &values, &random)
        for index in 0..<depth.pixelCount { values.samples[index] = scale * values.samples[index] + shift }
        return DepthMap(values: values, convention: .affineInverse)
    }

    /// Adds four cosines of at most one and a half periods per image, whose sum reaches `bias`.
    private func addWave(to values: inout Raster<Float>, _ random: inout SeededRandom) {
        let (width, height) = (values.width, values.height)
        var wave = [Double](repeating: 0, count: width * height)
        for _ in 0..<4 {
            let (u, v) = (random.uniform(-1.5..<1.5) / Double(width), random.uniform(-1.5..<1.5) / Double(height))
            let phase = random.uniform()
            for y in 0..<height {
                for x in 0..<width { wave[y * width + x] += cos(2 * .pi * (u * Double(x) + v * Double(y) + phase)) }
            }
        }
        let peak = wave.reduce(0) { max($0, abs($1)) }
        if peak == 0 { return }
        for index in wave.indices { values.samples[index] += Float(bias / peak * wave[index]) }
    }

    /// Gives squares, a twelfth of the height wide, one value each, until enough pixels are covered.
    private func spoilBlocks(of values: inout Raster<Float>, _ random: inout SeededRandom) {
        let (width, height) = (values.width, values.height)
        let side = max(1, min(height / 12, width))
        var isSpoilt = [Bool](repeating: false, count: width * height)
        var spoilt = 0
        while Double(spoilt) < outliers * Double(width * height) {
            let (left, top) = (random.index(below: width - side + 1), random.index(below: height - side + 1))
            let value = Float(random.uniform())
            for y in top..<top + side {
                for x in left..<left + side {
                    values[x, y] = value
                    if !isSpoilt[y * width + x] { spoilt += 1 }
                    isSpoilt[y * width + x] = true
                }
            }
        }
    }
}
