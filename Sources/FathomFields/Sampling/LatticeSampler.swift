import FathomCore
import FathomGeometry

/// Values of a field on a lattice, found with few evaluations: fine where the surface is, coarse elsewhere.
///
/// Starting from cells of a power of two of lattice steps (at least 32 along an axis), a cell that may hold the level is
/// halved and its new corners are evaluated, down to single steps; the points of the other cells are interpolated
/// trilinearly from their corners. For a field whose slope does not exceed the stated bound, no interpolated value is on the
/// wrong side and every value that the surface or its normals depend on is evaluated: the extracted mesh equals the dense one.
public struct LatticeSampler: Sendable {
    /// Which cells may hold the level.
    public enum Refinement: Sendable {
        /// The field's slope is at most `lipschitz` (1 for a distance): cells with a corner nearer to the level than twice
        /// their longest edge times the slope.
        case distance(lipschitz: Float)
        /// Cells whose corners lie on both sides: for occupancies, whose values tell no distance. Parts of the surface that
        /// pass between the corners of the coarsest cells are missed.
        case signChange
    }

    /// One value per lattice point, and how many of them were evaluated; the rest are interpolated.
    public struct Samples: Sendable {
        public var values: Buffer<Float>
        public var evaluationCount: Int
    }

    public let lattice: Lattice
    public let level: Float
    public let refinement: Refinement

    public init(lattice: Lattice, level: Float = 0, refinement: Refinement = .distance(lipschitz: 1)) {
        self.lattice = lattice
        self.level = level
        self.refinement = refinement
    }

    /// The value at every point, all of them evaluated.
    public static func dense(_ field: some ScalarField, lattice: Lattice) -> Buffer<Float> {
        var values = Buffer<Float>(uninitialized: lattice.count)
        let size = lattice.size
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(size.x * size.y, grain: 16) { rows in
                withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: size.z) { points in
                    for row in rows {
                        for z in 0..<size.z {
                            points[z] = SIMD3<Float>(lattice.position(row / size.y, row % size.y, z))
                        }
                        field.evaluate(UnsafeBufferPointer(points), into: values + row * size.z)
                    }
                }
            }
        }
        return values
    }

    /// Samples `field` from coarse to fine.
    public func sample(_ field: some ScalarField) -> Samples {
        var partial = PartialSamples(lattice: lattice)
        var stride = 1
        while lattice.size.min() - 1 > 31 * 2 * stride { stride *= 2 }
        var cells = partial.coarseCells(stride: stride)
        for cell in cells { partial.claim(cell, stride: stride, step: stride) }
        partial.evaluateClaimed(field)
        while stride > 1 {
            var (near, far): ([SIMD3<Int32>], [SIMD3<Int32>]) = ([], [])
            for cell in cells {
                if mayHoldLevel(partial.corners(of: cell, stride: stride), stride: stride) {
                    near.append(cell)
                } else {
                    far.append(cell)
                }
            }
            for cell in near { partial.claim(cell, stride: stride, step: stride / 2) }
            partial.evaluateClaimed(field)
            partial.interpolate(far, stride: stride)
            cells = near.flatMap { partial.children(of: $0, step: stride / 2) }
            stride /= 2
        }
        return Samples(values: partial.values, evaluationCount: partial.evaluationCount)
    }

    private func mayHoldLevel(_ corners: SIMD8<Float>, stride: Int) -> Bool {
        let offsets = corners - level
        switch refinement {
        case .distance(let lipschitz):
            let reach = 2 * Float(stride) * Float(lattice.spacing.max()) * lipschitz
            return any(offsets .< reach .& offsets .> -reach)
        case .signChange:
            let inside = offsets .< 0
            return any(inside) && !all(inside)
        }
    }
}
