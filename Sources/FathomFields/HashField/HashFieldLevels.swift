import CKernels
import FathomCore
import FathomGeometry

#if canImport(Glibc)
import Glibc
#endif

/// The lattices of a `HashField`, coarsest first, and where their tables lie among its parameters.
struct HashFieldLevels: Sendable {
    let all: Buffer<fathom_hash_level>
    /// Numbers of all tables together.
    let parameterCount: Int

    /// - Parameter extent: sides of the box in shares of the longest.
    init(_ options: HashFieldOptions, extent: SIMD3<Double>) {
        var levels: [fathom_hash_level] = []
        var offset = 0
        for index in 0..<options.levels {
            let (level, entries) = Self.level(cells: Self.cells(of: index, options), extent, options, offset: offset)
            levels.append(level)
            offset += HashFieldOptions.featuresPerLevel * entries
        }
        all = Buffer(levels)
        parameterCount = offset
    }

    /// The part of the parameters that belongs to one level.
    func range(of level: Int) -> Range<Int> {
        all[level].offset..<(level + 1 < all.count ? all[level + 1].offset : parameterCount)
    }

    /// Cells along the longest side: a geometric series, rounded down. The addend keeps its last number whole.
    private static func cells(of level: Int, _ options: HashFieldOptions) -> Double {
        let share = options.levels > 1 ? Double(level) / Double(options.levels - 1) : 0
        let ratio = Double(options.finestCells) / Double(options.coarsestCells)
        return (Double(options.coarsestCells) * pow(ratio, share) + 1e-6).rounded(.down)
    }

    /// One level and the entries of its table.
    private static func level(
        cells: Double, _ extent: SIMD3<Double>, _ options: HashFieldOptions, offset: Int
    ) -> (fathom_hash_level, entries: Int) {
        let counts = (0..<3).map { max(1, Int((extent[$0] * cells - 1e-6).rounded(.up))) }
        let points = (counts[0] + 1) * (counts[1] + 1) * (counts[2] + 1)
        let capacity = 1 << options.tableSize
        let isDense = points <= capacity
        var level = fathom_hash_level(
            cells: Float(cells), extent: (Int32(counts[0]), Int32(counts[1]), Int32(counts[2])),
            stride: (1, 2_654_435_761, 805_459_861), mask: UInt32(capacity - 1), offset: offset)
        if isDense {
            level.stride = (1, UInt32(counts[0] + 1), UInt32((counts[0] + 1) * (counts[1] + 1)))
            level.mask = 0
        }
        return (level, min(points, capacity))
    }
}
