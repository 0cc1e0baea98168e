import CKernels
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// The lattices and planes of an encoding, and where their numbers lie among the tables.
package struct EncodingLayout: Sendable {
    package let levels: Buffer<fathom_hash_level>
    package let planes: fathom_radiance_planes
    /// Numbers of each lattice and plane.
    package let parts: [Range<Int>]

    /// Numbers of all together.
    package var count: Int { parts.last!.upperBound }
    /// Lattices, and 1 for the planes: what opens one after another.
    package var slotCount: Int { levels.count + (planes.size.0 > 0 ? 1 : 0) }

    package init(_ preset: EncodingPreset) {
        let (count, coarsest, finest, entries) = preset.grid
        var levels: [fathom_hash_level] = []
        var parts: [Range<Int>] = []
        for index in 0..<count {
            // The addend keeps whole numbers of the series whole.
            let cells = Int(Double(coarsest) * pow(Double(finest) / Double(coarsest), Double(index) / Double(count - 1)) + 1e-6)
            let (side, offset) = (cells + 1, parts.last?.upperBound ?? 0)
            let isDense = side * side * side <= entries
            levels.append(
                fathom_hash_level(
                    cells: Float(cells), extent: (Int32(cells), Int32(cells), Int32(cells)),
                    stride: isDense ? (1, UInt32(side), UInt32(side * side)) : (1, 2_654_435_761, 805_459_861),
                    mask: isDense ? 0 : UInt32(entries - 1), offset: offset))
            parts.append(offset..<offset + 2 * (isDense ? side * side * side : entries))
        }
        var planes = fathom_radiance_planes()
        if let size = preset.planes {
            planes.size = (Int32(size.x), Int32(size.y), Int32(size.z))
            for texels in [size.x * size.y, size.x * size.z, size.y * size.z] {
                // Whole vectors of channels lie at multiples of their size.
                let offset = (parts.last!.upperBound + 15) / 16 * 16
                parts[parts.count - 1] = parts.last!.lowerBound..<offset
                parts.append(offset..<offset + texels * Int(FATHOM_RADIANCE_CHANNELS))
            }
            planes.offset = (parts[count].lowerBound, parts[count + 1].lowerBound, parts[count + 2].lowerBound)
        }
        self.levels = Buffer(levels)
        self.planes = planes
        self.parts = parts
    }

    /// Numbers to start a fit from: entries of lattices within ±10⁻⁴, texels, whose product counts, from 0.1 to 0.5.
    func freshTables(_ random: inout SeededRandom) -> Buffer<Float> {
        var tables = Buffer<Float>(uninitialized: count)
        tables.withMutablePointer { tables in
            for (index, part) in parts.enumerated() {
                let range = index < levels.count ? -1e-4..<1e-4 : 0.1..<0.5
                for number in part { tables[number] = Float(random.uniform(range)) }
            }
        }
        return tables
    }
}
