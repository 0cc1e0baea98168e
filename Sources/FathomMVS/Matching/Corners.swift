/// Spots that can be told from their neighbourhood in both directions.
enum Corners {
    /// Half the side of the window over which gradients are summed.
    private static let radius = 2
    /// No two corners are nearer than this, in pixels, along both axes.
    private static let spacing = 4
    /// Corners weaker than this share of the strongest are not kept.
    private static let leastShare: Float = 0.01
    /// Corners weaker than grey levels of this much noise make are not kept: 2 grey levels, squared, per pixel of the window.
    private static let noise: Float = 4 * 25

    /// The pixels with the largest smaller eigenvalue of Σ ggᵀ, at most `count`, strongest first.
    static func strongest(_ count: Int, _ gradients: Gradients) -> [(x: Int, y: Int)] {
        let (width, height) = (gradients.width, gradients.height)
        let margin = radius + 1
        guard width > 2 * margin, height > 2 * margin else { return [] }
        let strength = strengths(gradients)
        let least = max(noise, leastShare * (strength.max() ?? 0))
        var found: [(index: Int, strength: Float)] = []
        strength.withUnsafeBufferPointer { strength in
            for y in margin..<height - margin {
                for x in margin..<width - margin where strength[y * width + x] > least {
                    if isPeak(x, y, strength, width: width, height: height) {
                        found.append((y * width + x, strength[y * width + x]))
                    }
                }
            }
        }
        found.sort { $0.strength != $1.strength ? $0.strength > $1.strength : $0.index < $1.index }
        return found.prefix(count).map { ($0.index % width, $0.index / width) }
    }

    /// Whether no pixel within `spacing` is stronger, or as strong and before it.
    private static func isPeak(
        _ x: Int, _ y: Int, _ strength: UnsafeBufferPointer<Float>, width: Int, height: Int
    ) -> Bool {
        let own = strength[y * width + x]
        for v in max(0, y - spacing)...min(height - 1, y + spacing) {
            for u in max(0, x - spacing)...min(width - 1, x + spacing) {
                let other = strength[v * width + u]
                if other > own || (other == own && (v, u) < (y, x)) { return false }
            }
        }
        return true
    }

    /// The smaller eigenvalue of the summed gradient products at every pixel; 0 near the border.
    private static func strengths(_ gradients: Gradients) -> [Float] {
        let (width, height) = (gradients.width, gradients.height)
        var result = [Float](repeating: 0, count: width * height)
        // Sums down the columns of the window, moved from row to row.
        var xx = [Float](repeating: 0, count: width)
        var yy = xx
        var xy = xx
        let side = 2 * radius + 1
        gradients.x.withUnsafeBufferPointer { gx in
            gradients.y.withUnsafeBufferPointer { gy in
                for y in radius..<height - radius {
                    for x in 0..<width {
                        var (a, b, c) = (Float(0), Float(0), Float(0))
                        for k in 0..<side {
                            let i = (y - radius + k) * width + x
                            a += gx[i] * gx[i]
                            b += gy[i] * gy[i]
                            c += gx[i] * gy[i]
                        }
                        (xx[x], yy[x], xy[x]) = (a, b, c)
                    }
                    for x in radius..<width - radius {
                        var (a, b, c) = (Float(0), Float(0), Float(0))
                        for k in x - radius...x + radius {
                            a += xx[k]
                            b += yy[k]
                            c += xy[k]
                        }
                        let half = (a - b) / 2
                        result[y * width + x] = (a + b) / 2 - (half * half + c * c).squareRoot()
                    }
                }
            }
        }
        return result
    }
}
