import CKernels
import FathomCore

extension GridField {
    public func accumulate(
        _ points: [SIMD3<Float>], values: [Float], gradients: [SIMD3<Float>]?, into gradient: inout Buffer<Float>
    ) {
        precondition(gradient.count == parameters.count, "a gradient has as many numbers as there are parameters")
        let half = 0.5 / Float(spacing)
        gradient.withMutablePointer { gradient in
            withKernelGrid { grid in
                for (i, point) in points.enumerated() {
                    forEachCorner(of: point, grid) { corner, index, share in
                        if index >= 0 { gradient[index] += values[i] * share }
                        guard let q = gradients?[i] else { return }
                        // A central difference at the corner: half of the next less half of the one before.
                        for axis in 0..<3 {
                            let slope = q[axis] * share * half
                            var (after, before) = (corner, corner)
                            after[axis] += 1
                            before[axis] -= 1
                            if let index = self.index(of: after) { gradient[index] += slope }
                            if let index = self.index(of: before) { gradient[index] -= slope }
                        }
                    }
                }
            }
        }
    }

    /// Moves the surface near `points`, which lie on it, outward by `distances`: each lattice point around takes the mean of what
    /// the points around it ask for, weighted by their trilinear shares; then the field is a distance again.
    ///
    /// - Parameter distances: world units, positive outward.
    public mutating func move(_ points: [SIMD3<Float>], by distances: [Float]) {
        var sums = Buffer<Float>(repeating: 0, count: parameters.count)
        var weights = Buffer<Float>(repeating: 0, count: parameters.count)
        withKernelGrid { grid in
            for (i, point) in points.enumerated() {
                forEachCorner(of: point, grid) { _, index, share in
                    guard index >= 0 else { return }
                    sums[index] += share * distances[i]
                    weights[index] += share
                }
            }
        }
        for index in 0..<parameters.count {
            let isKnown = weights[index] > 1e-6
            sums[index] = isKnown ? sums[index] / weights[index] : 0
            weights[index] = isKnown ? 1 : 0
        }
        // Slopes beside the surface must not change: the points around take part in its motion.
        for _ in 0..<2 { (sums, weights) = spread(sums, weights) }
        for index in 0..<parameters.count { parameters[index] -= sums[index] }
        redistance()
    }

    /// Motions of points that have none from those of their neighbours.
    private func spread(_ motions: Buffer<Float>, _ weights: Buffer<Float>) -> (Buffer<Float>, Buffer<Float>) {
        var spread = Buffer<Float>(uninitialized: motions.count)
        var known = Buffer<Float>(uninitialized: motions.count)
        withMutablePointers(&spread, &known) { [count = slots.count] spread, known in
            withPointers(slots, motions, weights) { slots, motions, weights in
                let (motionGrid, weightGrid) = (
                    kernelGrid(slots: slots.base, values: motions.base, band: 0),
                    kernelGrid(slots: slots.base, values: weights.base, band: 0)
                )
                ThreadPool.shared.parallelFor(count, grain: 32) { range in
                    for block in range where slots[block] >= 0 {
                        let first = 512 * Int(slots[block])
                        withUnsafePointer(to: motionGrid) { motions in
                            withUnsafePointer(to: weightGrid) {
                                fathom_grid_spread(motions, $0, block, spread + first, known + first)
                            }
                        }
                    }
                }
            }
        }
        return (spread, known)
    }

    /// Calls `body` with each lattice point around a point, its place in the parameters (negative for none) and its share.
    private func forEachCorner(
        of point: SIMD3<Float>, _ grid: fathom_grid_field, _ body: (SIMD3<Int>, Int, Float) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: 8) { indices in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 8) { shares in
                withUnsafePointer(to: grid) { grid in
                    withUnsafePointer(to: point) {
                        fathom_grid_corners(
                            grid, UnsafeRawPointer($0).assumingMemoryBound(to: Float.self), indices.baseAddress,
                            shares.baseAddress)
                    }
                }
                let cell = self.cell(of: point)
                for corner in 0..<8 {
                    body(cell &+ SIMD3(corner >> 2, corner >> 1 & 1, corner & 1), Int(indices[corner]), shares[corner])
                }
            }
        }
    }

    /// The lowest lattice point of the cell that holds a point; see `fathom_grid_corners`.
    private func cell(of point: SIMD3<Float>) -> SIMD3<Int> {
        let u = (point - SIMD3<Float>(lattice.origin)) / Float(spacing)
        let last = SIMD3<Float>(lattice.size &- 1)
        let clamped = u.clamped(lowerBound: .zero, upperBound: last)
        return pointwiseMin(SIMD3(Int(clamped.x), Int(clamped.y), Int(clamped.z)), lattice.size &- 2)
    }

    /// Where the value of a lattice point stands, that of the border beyond it; nil for blocks that are not kept.
    private func index(of point: SIMD3<Int>) -> Int? {
        let p = pointwiseMin(pointwiseMax(point, .zero), lattice.size &- 1)
        let block = p / 8
        let slot = slots[(block.x * blocks.y + block.y) * blocks.z + block.z]
        return slot < 0 ? nil : 512 * Int(slot) + 64 * (p.x & 7) + 8 * (p.y & 7) + p.z & 7
    }
}
