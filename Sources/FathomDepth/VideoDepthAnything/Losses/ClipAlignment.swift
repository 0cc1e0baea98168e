/// The scale and shift that bring the prediction p of one clip closest to its target g, by least squares over all valid
/// pixels.
///
/// With a = Σp², b = Σp, n = Σ1, e = Σpg, f = Σg and D = an − b² + 10⁻⁶: scale = (ne − bf) / D, shift = (af − be) / D; both
/// are 0 where an = b². The 10⁻⁶ and the zeros are those of the released training code; stitching windows has neither.
package struct ClipAlignment: Sendable {
    private static let determinantOffset = 1e-6

    package let scale: Double
    package let shift: Double
    private let clip: Range<Int>
    private let sums: Sums
    /// D, or nil where scale and shift are the constant 0.
    private let denominator: Double?

    private struct Sums {
        var (a, b, n, e, f) = (0.0, 0.0, 0.0, 0.0, 0.0)
    }

    /// - Parameter clip: the indices of one clip in prediction and target.
    package init(_ prediction: [Double], targets: DepthTargets, clip: Range<Int>) {
        var sums = Sums()
        for index in clip where targets.mask[index] {
            let (p, g) = (prediction[index], targets.values[index])
            sums.a += p * p
            sums.b += p
            sums.n += 1
            sums.e += p * g
            sums.f += g
        }
        self.clip = clip
        self.sums = sums
        let determinant = sums.a * sums.n - sums.b * sums.b
        guard determinant != 0 else {
            (scale, shift, denominator) = (0, 0, nil)
            return
        }
        let denominator = determinant + Self.determinantOffset
        scale = (sums.n * sums.e - sums.b * sums.f) / denominator
        shift = (sums.a * sums.f - sums.b * sums.e) / denominator
        self.denominator = denominator
    }

    package func callAsFunction(_ value: Double) -> Double { scale * value + shift }

    /// Turns the derivative G of a loss by scale · p + shift within the clip into the one by p, through scale and shift; G is
    /// 0 off the mask.
    ///
    /// ∂D/∂pᵢ = 2npᵢ − 2b, ∂scale/∂pᵢ = (ngᵢ − f − scale · ∂D/∂pᵢ) / D, ∂shift/∂pᵢ = (2pᵢf − e − bgᵢ − shift · ∂D/∂pᵢ) / D,
    /// ∂L/∂scale = Σ Gᵢpᵢ, ∂L/∂shift = Σ Gᵢ.
    package func pullBack(_ gradient: inout [Double], prediction: [Double], targets: DepthTargets) {
        var byScale = 0.0
        var byShift = 0.0
        for index in clip where targets.mask[index] {
            byScale += gradient[index] * prediction[index]
            byShift += gradient[index]
        }
        for index in clip where targets.mask[index] {
            gradient[index] *= scale
            guard let denominator else { continue }
            let (p, g) = (prediction[index], targets.values[index])
            let denominatorSlope = 2 * (sums.n * p - sums.b)
            let scaleSlope = (sums.n * g - sums.f - scale * denominatorSlope) / denominator
            let shiftSlope = (2 * p * sums.f - sums.e - sums.b * g - shift * denominatorSlope) / denominator
            gradient[index] += byScale * scaleSlope + byShift * shiftSlope
        }
    }
}
