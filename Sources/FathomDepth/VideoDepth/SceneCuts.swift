import FathomCore
import FathomMedia

/// Finds hard cuts between the frames of a video, one frame at a time and without looking ahead.
///
/// A cut changes structure and colours at once. Structure is compared on 64 × 48 pixels of luma: for each 8 × 8 block the
/// best normalised correlation with the earlier frame within ± 6 pixels, so that neither motion up to a tenth of the frame
/// nor brightness counts. Colours are compared by histograms, which motion hardly changes. What differs from the frame before
/// is compared with the three before that, too: a flash is not a cut, as the scene comes back. Frames without structure
/// (black, white) are passed over, so that a cut through black is found at the first picture after it. Dissolves are not
/// found. About 2 ms per frame.
public struct SceneCuts: Sendable {
    /// Loss of correlation, 0…2, that is a change of structure in a still scene. Cuts lie above 0.42, motion below 0.25.
    private static let structureLimit: Float = 0.3
    /// Share of the picture that must have changed its colour. Cuts lie above 0.5, motion below 0.15.
    private static let colorLimit: Float = 0.25
    /// Frames of the scene to compare with.
    private static let memory = 4
    /// Frames whose median change says how much the scene moves.
    private static let recentCount = 9

    /// The last frames of the scene that have structure, newest last.
    private var scene: [CutPicture] = []
    /// Changes of structure between the last neighbouring frames.
    private var recent: [Float] = []

    public init() {}

    /// Takes the next frame and says whether a new scene begins with it; false for the first frame.
    public mutating func isCut(_ frame: Raster<UInt8>) -> Bool {
        let picture = CutPicture(frame)
        guard picture.hasStructure else { return false }
        guard let last = scene.last else {
            scene.append(picture)
            return false
        }
        let change = picture.structureChange(from: last)
        // Half of the usual change is added: shaky scenes need more to be cut.
        let limit = Self.structureLimit + (recent.isEmpty ? 0 : recent.sorted()[recent.count / 2]) / 2
        let isCut =
            change > limit && picture.colorChange(from: last) > Self.colorLimit
            && !scene.dropLast().contains {
                picture.colorChange(from: $0) <= Self.colorLimit || picture.structureChange(from: $0) <= limit
            }
        if isCut {
            scene = []
            recent = []
        } else {
            recent = recent.suffix(Self.recentCount - 1) + [change]
        }
        scene = scene.suffix(Self.memory - 1) + [picture]
        return isCut
    }
}

/// What is kept of a frame: small luma, the contrast of its blocks, a histogram of its colours.
private struct CutPicture {
    static let (width, height, side, reach) = (64, 48, 8, 6)
    /// Standard deviation in 8-bit steps below which a block is flat.
    static let flat: Float = 2
    /// Contrast beyond which a block counts no more than others.
    static let fullContrast: Float = 20
    /// Blocks with structure that make a picture comparable.
    static let fewestBlocks = 6

    private let luma: [Float]
    /// Mean and standard deviation of each block, rows top to bottom.
    private let blocks: [(mean: Float, deviation: Float)]
    /// Shares of 8 × 8 × 8 colours.
    private let colors: [Float]

    init(_ frame: Raster<UInt8>) {
        let small = frame.resized(width: Self.width, height: Self.height, filter: .area)
        let luma = small.gray().samples.array
        var colors = [Float](repeating: 0, count: 512)
        small.withPointer { rgb in
            for index in 0..<small.pixelCount {
                let bin = Int(rgb[3 * index] >> 5) << 6 | Int(rgb[3 * index + 1] >> 5) << 3 | Int(rgb[3 * index + 2] >> 5)
                colors[bin] += 1 / Float(small.pixelCount)
            }
        }
        var blocks: [(mean: Float, deviation: Float)] = []
        luma.withUnsafeBufferPointer { luma in
            for y in stride(from: 0, to: Self.height, by: Self.side) {
                for x in stride(from: 0, to: Self.width, by: Self.side) {
                    let origin = luma.baseAddress! + y * Self.width + x
                    let sums = Self.sums(origin, origin)
                    let mean = sums.b / Self.area
                    blocks.append((mean, max(sums.bb / Self.area - mean * mean, 0).squareRoot()))
                }
            }
        }
        (self.luma, self.blocks, self.colors) = (luma, blocks, colors)
    }

    var hasStructure: Bool { blocks.count { $0.deviation > Self.flat } >= Self.fewestBlocks }

    /// Half the absolute difference of the histograms: the share of the picture whose colour changed, 0…1.
    func colorChange(from other: CutPicture) -> Float {
        zip(colors, other.colors).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }

    /// One minus the mean over the blocks, by their contrast, of the best correlation with `earlier` nearby.
    func structureChange(from earlier: CutPicture) -> Float {
        var (sum, total): (Float, Float) = (0, 0)
        luma.withUnsafeBufferPointer { luma in
            earlier.luma.withUnsafeBufferPointer { before in
                for (index, block) in blocks.enumerated() where block.deviation > Self.flat {
                    let columns = Self.width / Self.side
                    let (x, y) = (index % columns * Self.side, index / columns * Self.side)
                    let origin = luma.baseAddress! + y * Self.width + x
                    var best: Float = -1
                    for v in max(0, y - Self.reach)...min(Self.height - Self.side, y + Self.reach) {
                        for u in max(0, x - Self.reach)...min(Self.width - Self.side, x + Self.reach) {
                            let sums = Self.sums(origin, before.baseAddress! + v * Self.width + u)
                            let mean = sums.b / Self.area
                            let deviation = max(sums.bb / Self.area - mean * mean, 0).squareRoot()
                            let covariance = sums.ab / Self.area - block.mean * mean
                            best = max(best, covariance / (block.deviation * max(deviation, Self.flat)))
                        }
                    }
                    let weight = min(block.deviation, Self.fullContrast)
                    sum += weight * best
                    total += weight
                }
            }
        }
        return total > 0 ? 1 - sum / total : 0
    }

    private static let area = Float(side * side)

    /// Σ b, Σ b² and Σ a b over a block.
    @inline(__always)
    private static func sums(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> (b: Float, bb: Float, ab: Float) {
        var (sum, squares, products) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        for row in 0..<side {
            let p = UnsafeRawPointer(a + row * width).loadUnaligned(as: SIMD8<Float>.self)
            let q = UnsafeRawPointer(b + row * width).loadUnaligned(as: SIMD8<Float>.self)
            sum += q
            squares += q * q
            products += p * q
        }
        return (sum.sum(), squares.sum(), products.sum())
    }
}
