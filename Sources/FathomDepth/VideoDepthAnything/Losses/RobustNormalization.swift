/// Removes shift and scale of one frame: v̂ = (v − m) / s (MiDaS, Ranftl et al., TPAMI 2022).
///
/// m is the lower median of mask · v over all H · W pixels, so that a masked-out pixel counts as 0, as in the released code
/// of Video Depth Anything; s = max(10⁻⁶, Σ mask · |v − m| / Σ mask). A frame without a valid pixel has m = 0 and s = 1.
package struct RobustNormalization: Sendable {
    private static let smallestScale = 1e-6

    package let median: Double
    package let scale: Double
    private let frame: Range<Int>
    private let validCount: Double
    /// The pixel whose value is the median; nil where that is the 0 of a masked-out pixel.
    private let medianIndex: Int?
    /// Whether s follows the values, rather than being the floor or 1.
    private let scaleVaries: Bool

    /// - Parameter frame: the indices of one frame in `values` and `mask`.
    package init(_ values: [Double], mask: [Bool], frame: Range<Int>) {
        self.frame = frame
        let valid = frame.filter { mask[$0] }
        validCount = Double(valid.count)
        guard !valid.isEmpty else {
            (median, scale, medianIndex, scaleVaries) = (0, 1, nil, false)
            return
        }
        let masked = { (index: Int) in mask[index] ? values[index] : 0 }
        let middle = frame.sorted { masked($0) < masked($1) }[(frame.count - 1) / 2]
        let median = masked(middle)
        let spread = valid.reduce(0) { $0 + abs(values[$1] - median) } / validCount
        self.median = median
        scale = max(Self.smallestScale, spread)
        medianIndex = mask[middle] ? middle : nil
        scaleVaries = spread >= Self.smallestScale
    }

    package func callAsFunction(_ value: Double) -> Double { (value - median) / scale }

    /// Turns the derivative G of a loss by v̂ within the frame into the one by v, through m and s; G is 0 off the mask.
    ///
    /// With σᵢ = sign(vᵢ − m) and n = Σ mask: ∂L/∂s = −Σ Gᵢ v̂ᵢ / s and ∂L/∂m = −Σ Gᵢ / s − ∂L/∂s · Σ σᵢ / n, hence
    /// ∂L/∂vᵢ = Gᵢ / s + ∂L/∂s · σᵢ / n, and the pixel that is the median receives ∂L/∂m besides.
    package func pullBack(_ gradient: inout [Double], values: [Double], mask: [Bool]) {
        var byScale = 0.0
        var byMedian = 0.0
        var signs = 0.0
        for index in frame where mask[index] {
            byScale -= gradient[index] * self(values[index]) / scale
            byMedian -= gradient[index] / scale
            signs += (values[index] - median).slopeOfMagnitude
        }
        if !scaleVaries { byScale = 0 }
        for index in frame where mask[index] {
            let sign = (values[index] - median).slopeOfMagnitude
            gradient[index] = gradient[index] / scale + byScale * sign / validCount
        }
        if let medianIndex { gradient[medianIndex] += byMedian - byScale * signs / validCount }
    }
}
