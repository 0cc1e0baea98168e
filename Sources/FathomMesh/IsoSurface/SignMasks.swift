import CKernels
import FathomCore
import FathomFields

/// One bit per lattice point: below the level or not; and which cells have no unseen corner.
///
/// A row of points along z takes `words` 64-bit words; bit z % 64 of word z / 64 belongs to point z.
struct SignMasks {
    let words: Int
    private var inside: Buffer<UInt64>
    /// Nil when no point is unseen.
    private var completeCells: Buffer<UInt64>?

    /// Classifies all points in one parallel pass over the values.
    init(values: Buffer<Float>, lattice: Lattice, level: Float) {
        let size = lattice.size
        let words = (size.z + 63) / 64
        self.words = words
        let rowCount = size.x * size.y
        let grain = IsoSurface.slabGrain(lattice) * size.y
        inside = Buffer(uninitialized: rowCount * words)
        var seen = Buffer<UInt64>(uninitialized: rowCount * words)
        var hasUnseen = Buffer<Int32>(repeating: 0, count: (rowCount + grain - 1) / grain)
        withPointers(values) { values in
            withMutablePointers(&inside, &seen, &hasUnseen) { inside, seen, hasUnseen in
                ThreadPool.shared.parallelFor(rowCount, grain: grain) { rows in
                    let first = rows.lowerBound
                    hasUnseen[first / grain] = fathom_iso_classify(
                        values + first * size.z, rows.count, size.z, level, inside + first * words, seen + first * words)
                }
            }
        }
        completeCells = hasUnseen.array.contains(1) ? Self.completeCells(seen: seen, size: size) : nil
    }

    private static func completeCells(seen: Buffer<UInt64>, size: SIMD3<Int>) -> Buffer<UInt64> {
        var cells = Buffer<UInt64>(uninitialized: seen.count)
        withPointers(seen) { seen in
            withMutablePointers(&cells) { cells in
                ThreadPool.shared.parallelFor(size.x, grain: 16) { slabs in
                    fathom_iso_complete_cells(
                        seen.base, size.x, size.y, size.z, slabs.lowerBound, slabs.upperBound, cells.base)
                }
            }
        }
        return cells
    }

    /// Calls `body` with the lattice as kernels take it, valid only during the call.
    func withKernelLattice<Result>(
        values: Buffer<Float>, lattice: Lattice, level: Float, _ body: (fathom_iso_lattice) throws -> Result
    ) rethrows -> Result {
        try withPointers(values, inside, completeCells) { values, inside, cells in
            try body(
                fathom_iso_lattice(
                    values: values.base, nx: lattice.size.x, ny: lattice.size.y, nz: lattice.size.z, level: level, words: words,
                    inside: inside.base, cells: cells?.base, origin: (lattice.origin.x, lattice.origin.y, lattice.origin.z),
                    spacing: (lattice.spacing.x, lattice.spacing.y, lattice.spacing.z)))
        }
    }
}
