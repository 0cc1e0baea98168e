/// The look of a surface: a pattern of two colours, weathered by noise, under Lambert light with an optional highlight.
///
/// Colours are linear RGB, lengths metres.
public struct Material: Sendable, BitwiseCopyable {
    /// What varies over the surface.
    public enum Pattern: Sendable, BitwiseCopyable {
        /// `base` alone: what a search cannot match unless `wear` or `grain` say otherwise.
        case plain
        /// Smoothly from `base` to `accent` by noise.
        case mottled
        /// Running bond of bricks `size` long and high with joints of `accent`.
        case bricks(size: SIMD2<Double>, joint: Double)
        /// A grid of tiles with joints of `accent`.
        case tiles(size: SIMD2<Double>, joint: Double)
        /// Alternating stripes along the first texture axis.
        case stripes(width: Double)
        /// A checkerboard.
        case checks(width: Double)
        /// Rounded stones around jittered centres, joints of `accent`.
        case cobbles(size: Double, joint: Double)
        /// Boards along the first texture axis with a stretched grain, joints of `accent`.
        case planks(width: Double)
    }

    /// How `base` and `accent` are mixed.
    public var pattern: Pattern
    /// Reflectance 0…1, linear RGB.
    public var base: SIMD3<Float>
    /// The pattern's other colour, reflectance 0…1, linear RGB.
    public var accent: SIMD3<Float>
    /// Strength of fine 1/f noise on the brightness (relative, one σ).
    public var grain: Float
    /// Strength of broad stains (relative, one σ).
    public var wear: Float
    /// Relative difference between single bricks, tiles, stones or boards.
    public var variety: Float
    /// Size of a texel of the fine noise.
    public var texel: Double
    /// Peak of a Phong highlight (exponent 40); 0 is matt.
    public var gloss: Float

    /// A material whose reflectance lies between two colours.
    public init(
        _ pattern: Pattern, base: SIMD3<Float>, accent: SIMD3<Float>? = nil, grain: Float = 0.12, wear: Float = 0.1,
        variety: Float = 0.15, texel: Double = 0.004, gloss: Float = 0
    ) {
        self.pattern = pattern
        self.base = base
        self.accent = accent ?? base
        self.grain = grain
        self.wear = wear
        self.variety = variety
        self.texel = texel
        self.gloss = gloss
    }
}

extension Material {
    /// Albedo at texture position `uv` (metres), averaged over about `footprint` metres.
    ///
    /// - Parameter chart: which face or side is asked for; charts differ in noise, not in pattern.
    @inline(__always)
    func albedo(_ uv: SIMD2<Double>, chart: Int, footprint: Double, noise: NoisePyramid.Sampler) -> SIMD3<Float> {
        let shift = SIMD2(Double(chart &* 157 & 511), Double(chart &* 331 & 511))
        let fine = noise(uv / texel + shift, footprint: footprint / texel)
        let broad = noise(uv / (texel * 11) + shift * 3, footprint: footprint / (texel * 11))
        var color = base
        var grainScale = grain
        switch pattern {
        case .plain:
            break
        case .mottled:
            let share = min(max(0.5 + 0.22 * fine.y + 0.16 * broad.x, 0), 1)
            color = base + (accent - base) * share
        case .bricks(let size, let joint):
            let row = (uv.y / size.y).rounded(.down)
            let x = uv.x / size.x + (Int(row) & 1 == 0 ? 0 : 0.5)
            let column = x.rounded(.down)
            let gap = nearestJoint(SIMD2(x - column, uv.y / size.y - row), size)
            color = unit(Int(column), Int(row), chart)
            if gap < joint { grainScale *= 0.6 }
            color = accent + (color - accent) * coverage(gap - joint, footprint)
        case .tiles(let size, let joint):
            let cell = (uv / size).rounded(.down)
            let gap = nearestJoint(uv / size - cell, size)
            color = accent + (unit(Int(cell.x), Int(cell.y), chart) - accent) * coverage(gap - joint, footprint)
        case .stripes(let width):
            let index = (uv.x / width).rounded(.down)
            let edge = min(uv.x / width - index, index + 1 - uv.x / width) * width
            let inner = Int(index) & 1 == 0 ? base : accent
            color = (base + accent) / 2 + (inner - (base + accent) / 2) * min(2 * coverage(edge, footprint) - 1, 1)
        case .checks(let width):
            let cell = (uv / width).rounded(.down)
            let edge = nearestJoint(uv / width - cell, SIMD2(width, width))
            let inner = (Int(cell.x) ^ Int(cell.y)) & 1 == 0 ? base : accent
            color = (base + accent) / 2 + (inner - (base + accent) / 2) * min(2 * coverage(edge, footprint) - 1, 1)
        case .cobbles(let size, let joint):
            let (gap, id) = cobble(uv / size)
            color = unit(id, chart, 7)
            color *= Float(0.75 + 0.5 * min(gap * 1.6, 0.35))
            color = accent + (color - accent) * coverage(gap * size - joint, footprint)
        case .planks(let width):
            let row = (uv.y / width).rounded(.down)
            let offset = Double(hash(Int(row), 3, chart) & 0xffff) / 0x10000 * 4
            let column = ((uv.x + offset) / 2).rounded(.down)
            let gap = min(uv.y / width - row, row + 1 - uv.y / width) * width
            let end = abs((uv.x + offset) / 2 - column - 0.5) * 2
            let fibre = noise(SIMD2(uv.x / (texel * 14), uv.y / texel) + offset * 40, footprint: footprint / texel)
            color = unit(Int(column), Int(row), chart) * max(0.2, 1 + 0.24 * fibre.x)
            let seam = min(gap, (1 - end))
            color = accent + (color - accent) * coverage(seam - 0.003, footprint)
        }
        let brightness = 1 + grainScale * fine.x + wear * broad.y
        let warmth = SIMD3<Float>(1 + 0.04 * broad.x, 1, 1 - 0.05 * broad.x)
        return (color * max(brightness, 0.08) * warmth).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 0.95))
    }

    /// The colour of one brick, tile, stone or board.
    @inline(__always)
    private func unit(_ i: Int, _ j: Int, _ k: Int) -> SIMD3<Float> {
        let h = hash(i, j, k)
        let light = Float(h & 0xffff) / 0x8000 - 1
        let warm = Float(h >> 16 & 0xffff) / 0x8000 - 1
        return base * (1 + variety * light) * SIMD3(1 + 0.35 * variety * warm, 1, 1 - 0.35 * variety * warm)
    }

    /// Distance (metres) from a position inside a cell, 0…1, to its border.
    @inline(__always)
    private func nearestJoint(_ p: SIMD2<Double>, _ size: SIMD2<Double>) -> Double {
        let q = pointwiseMin(p, 1 - p) * size
        return min(q.x, q.y)
    }

    /// How much of a footprint lies on the positive side of an edge at signed distance `d`: 0…1.
    @inline(__always)
    private func coverage(_ d: Double, _ footprint: Double) -> Float {
        Float(min(max(d / max(footprint, 1e-6) + 0.5, 0), 1))
    }

    /// The border distance and identity of the jittered cell around `p`, cells being about 1 wide (Worley 1996, F₂ − F₁).
    @inline(__always)
    private func cobble(_ p: SIMD2<Double>) -> (gap: Double, id: Int) {
        let cell = p.rounded(.down)
        let (ci, cj) = (Int(cell.x), Int(cell.y))
        var (first, second, id) = (Double.infinity, Double.infinity, 0)
        for dj in -1...1 {
            for di in -1...1 {
                let h = hash(ci + di, cj + dj, 11)
                let center = SIMD2(
                    Double(di) + 0.5 + 0.6 * (Double(h & 0xffff) / 0x10000 - 0.5),
                    Double(dj) + 0.5 + 0.6 * (Double(h >> 16 & 0xffff) / 0x10000 - 0.5))
                let offset = p - cell - center
                let d = (offset * offset).sum()
                if d < first {
                    second = first
                    first = d
                    id = Int(truncatingIfNeeded: h >> 32)
                } else if d < second {
                    second = d
                }
            }
        }
        return (second.squareRoot() - first.squareRoot(), id)
    }
}

/// A well-mixed number for a lattice position.
@inline(__always)
private func hash(_ i: Int, _ j: Int, _ k: Int) -> UInt64 {
    var h = UInt64(bitPattern: Int64(i)) &* 0x9e37_79b9_7f4a_7c15
    h ^= UInt64(bitPattern: Int64(j)) &* 0xc2b2_ae3d_27d4_eb4f
    h ^= UInt64(bitPattern: Int64(k)) &* 0x1656_67b1_9e37_79f9
    h ^= h >> 32
    h &*= 0xd6e8_feb8_6659_fd93
    return h ^ (h >> 32)
}
