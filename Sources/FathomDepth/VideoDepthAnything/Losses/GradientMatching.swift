/// Compares the edges of prediction and target at several scales (MegaDepth, Li and Snavely, CVPR 2018; MiDaS).
///
/// At scale σ every 2^σ-th row and column is taken; with d = prediction − target there, the term is
/// Σ |d(x+1, y) − d(x, y)| + Σ |d(x, y+1) − d(x, y)| over neighbours that are both valid, divided by the number of valid
/// samples (0 without any). The scales are summed, not averaged.
package struct GradientMatching: Sendable {
    private let scales: Int

    package init(scales: Int) {
        self.scales = scales
    }

    /// - Parameter difference: d [B, T, H, W]; the gradient is by it.
    package func callAsFunction(_ difference: [Double], targets: DepthTargets) -> LossAndGradient {
        var result = LossAndGradient.zero(count: targets.count)
        for scale in 0..<scales {
            let (sampleCount, neighbours) = Self.samples(of: targets, every: 1 << scale)
            for (first, second) in neighbours {
                let step = difference[second] - difference[first]
                let slope = step.slopeOfMagnitude / sampleCount
                result.value += abs(step) / sampleCount
                result.gradient[second] += slope
                result.gradient[first] -= slope
            }
        }
        return result
    }

    /// The number of valid pixels on a grid, and the pairs of valid ones that are neighbours on it.
    private static func samples(
        of targets: DepthTargets, every step: Int
    ) -> (count: Double, neighbours: [(Int, Int)]) {
        var count = 0.0
        var neighbours: [(Int, Int)] = []
        let (width, mask) = (targets.width, targets.mask)
        for frame in targets.frameRanges {
            for y in stride(from: 0, to: targets.height, by: step) {
                for x in stride(from: 0, to: width, by: step) {
                    let pixel = frame.lowerBound + y * width + x
                    guard mask[pixel] else { continue }
                    count += 1
                    let (right, below) = (pixel + step, pixel + step * width)
                    if x + step < width && mask[right] { neighbours.append((pixel, right)) }
                    if y + step < targets.height && mask[below] { neighbours.append((pixel, below)) }
                }
            }
        }
        return (count, neighbours)
    }
}
