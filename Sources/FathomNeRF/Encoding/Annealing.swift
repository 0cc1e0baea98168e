import CKernels

/// Which features count at a step of a training, so that coarse ones come first (after Yang et al., "FreeNeRF", 2023).
///
/// Features of a slot, and their gradients, are multiplied by a weight from 0 to 1; where it is 0 no table is read.
package struct Annealing: Sendable {
    /// Lattices that count from the start.
    private static let firstLevels: Float = 3
    /// Share of the training after which everything counts; 0 for from the start.
    package var levelShare: Double
    /// Share of the training until which colours do not depend on directions; 0 for never.
    package var directionShare: Double

    package init(levelShare: Double, directionShare: Double) {
        self.levelShare = levelShare
        self.directionShare = directionShare
    }

    /// Weights of `count` slots: clamp(α − slot, 0, 1) with α from 3 to `count`.
    package func slotWeights(step: Int, of steps: Int, count: Int) -> [Float] {
        let open = levelShare > 0 ? min(1, Float(step) / Float(levelShare * Double(steps))) : 1
        let first = min(Self.firstLevels, Float(count))
        let alpha = first + (Float(count) - first) * open
        return (0..<Int(FATHOM_RADIANCE_SLOTS)).map { $0 < count ? min(max(alpha - Float($0), 0), 1) : 0 }
    }

    /// Weights of the spherical harmonics of degree 0, 1 and 2: after `directionShare` degree 1 opens, then degree 2, each over a
    /// tenth of the training.
    package func degreeWeights(step: Int, of steps: Int) -> SIMD3<Float> {
        guard directionShare > 0 else { return .one }
        let since = (Double(step) / Double(steps) - directionShare) * 10
        return SIMD3(1, Float(min(max(since, 0), 1)), Float(min(max(since - 1, 0), 1)))
    }
}
