import FathomCore
import FathomMedia

/// Two periodic noise fields with their halved copies, sampled at any scale without aliasing.
///
/// Field 0 is for brightness, field 1 for hue and wear; both are 512 texels wide with a 1/f spectrum, mean 0, variance 1.
struct NoisePyramid: Sendable {
    static let size = 512
    private static let levels = 10
    private let texels: Buffer<SIMD2<Float>>

    init(random: inout SeededRandom) {
        let (a, b) = SpectralNoise.pair(size: Self.size, exponent: 1, random: &random)
        var texels = Buffer<SIMD2<Float>>(uninitialized: Self.offset(of: Self.levels))
        texels.withMutablePointer { texels in
            for i in 0..<Self.size * Self.size { texels[i] = SIMD2(a.samples[i], b.samples[i]) }
            for level in 1..<Self.levels {
                let (source, target) = (texels + Self.offset(of: level - 1), texels + Self.offset(of: level))
                let size = Self.size >> level
                for y in 0..<size {
                    for x in 0..<size {
                        let p = source + 4 * y * size + 2 * x
                        target[y * size + x] = (p[0] + p[1] + p[2 * size] + p[2 * size + 1]) / 4
                    }
                }
            }
        }
        self.texels = texels
    }

    /// Texels before `level`.
    @inline(__always)
    private static func offset(of level: Int) -> Int {
        // size² (1 + 1/4 + … ) = size² · 4/3 · (1 − 4^−level)
        (size * size - (size * size) >> (2 * level)) / 3 * 4
    }

    func withSampler<Result>(_ body: (Sampler) throws -> Result) rethrows -> Result {
        try texels.withPointer { try body(Sampler(texels: $0)) }
    }

    struct Sampler: BitwiseCopyable {
        let texels: UnsafePointer<SIMD2<Float>>

        /// Both fields at `position` (texels), averaged over about `footprint` texels; bilinear, and linear between levels.
        @inline(__always)
        func callAsFunction(_ position: SIMD2<Double>, footprint: Double) -> SIMD2<Float> {
            let wanted = Float(max(footprint, 1))
            let level = min(Int(wanted.exponent), NoisePyramid.levels - 2)
            let blend = min(wanted / Float(1 << level) - 1, 1)
            let fine = bilinear(position, level)
            return blend > 0 ? fine + (bilinear(position, level + 1) - fine) * blend : fine
        }

        @inline(__always)
        private func bilinear(_ position: SIMD2<Double>, _ level: Int) -> SIMD2<Float> {
            let size = NoisePyramid.size >> level
            let base = texels + NoisePyramid.offset(of: level)
            let scaled = position / Double(1 << level) - 0.5
            let floor = scaled.rounded(.down)
            let s = SIMD2<Float>(scaled - floor)
            let x0 = Int(floor.x) & (size - 1)
            let y0 = Int(floor.y) & (size - 1)
            let (x1, y1) = ((x0 + 1) & (size - 1), (y0 + 1) & (size - 1))
            let (a, b, c, d) = (base[y0 * size + x0], base[y0 * size + x1], base[y1 * size + x0], base[y1 * size + x1])
            let top = a + (b - a) * s.x
            let bottom = c + (d - c) * s.x
            return top + (bottom - top) * s.y
        }
    }
}
