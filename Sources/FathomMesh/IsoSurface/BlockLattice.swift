import CKernels
import FathomCore
import FathomFields
import FathomGeometry

/// The blocks of a depth volume, classified: one bit per voxel for its sign and for whether it may carry surface, and which
/// blocks the surface crosses.
///
/// Bit x of byte 64 · slot + y + 8 z of a mask belongs to voxel (x, y, z) of the block in a slot.
struct BlockLattice {
    /// Owns the memory that `planes` point into.
    private let blocks: DepthBlocks
    private let planes: [fathom_volume_block]
    private let coordinates: [BlockCoordinates]
    private let table: BlockTable
    private let voxelSize: Double
    private let inside: Buffer<UInt8>
    private let seen: Buffer<UInt8>
    /// Slots of the blocks that may own a part of the surface.
    let crossed: [Int]
    /// The index in `crossed` of each slot, or -1.
    private let surfaces: Buffer<Int32>

    /// Classifies all voxels in one parallel pass. Voxels are seen when they have enough observations and lie within bounds.
    init(volume: DepthVolume) {
        let (planes, coordinates, table) = (volume.blocks.planes, volume.blocks.coordinates, volume.blocks.table)
        blocks = volume.blocks
        self.planes = planes
        self.coordinates = coordinates
        self.table = table
        voxelSize = volume.voxelSize
        var inside = Buffer<UInt8>(uninitialized: 64 * planes.count)
        var seen = Buffer<UInt8>(uninitialized: 64 * planes.count)
        var isCrossed = Buffer<Bool>(uninitialized: planes.count)
        let minimum = UInt8(volume.options.minimumObservations)
        let bounds = volume.options.bounds.map { ($0.lower / volume.voxelSize, $0.upper / volume.voxelSize) }
        withMutablePointers(&inside, &seen, &isCrossed) { inside, seen, isCrossed in
            ThreadPool.shared.parallelFor(planes.count, grain: 64) { slots in
                for slot in slots {
                    var block = planes[slot]
                    fathom_volume_bits(&block, minimum, inside + 64 * slot, seen + 64 * slot)
                    if let (lower, upper) = bounds {
                        Self.clip(seen + 64 * slot, first: 8 &* coordinates[slot], lower: lower, upper: upper)
                    }
                }
            }
            ThreadPool.shared.parallelFor(planes.count, grain: 64) { slots in
                for slot in slots { isCrossed[slot] = Self.hasBothSigns(aheadOf: coordinates[slot], table, inside.base) }
            }
        }
        self.inside = inside
        self.seen = seen
        crossed = (0..<planes.count).filter { isCrossed[$0] }
        var surfaces = Buffer<Int32>(repeating: -1, count: planes.count)
        for (index, slot) in crossed.enumerated() { surfaces[slot] = Int32(index) }
        self.surfaces = surfaces
    }

    /// Clears the voxels outside of lower…upper (in voxels) from the mask of the block whose first voxel is `first`.
    private static func clip(
        _ mask: UnsafeMutablePointer<UInt8>, first: SIMD3<Int32>, lower: SIMD3<Double>, upper: SIMD3<Double>
    ) {
        func isWithin(_ axis: Int, _ i: Int) -> Bool {
            let p = Double(first[axis]) + Double(i)
            return p >= lower[axis] && p <= upper[axis]
        }
        let columns = (0..<8).reduce(UInt8(0)) { isWithin(0, $1) ? $0 | 1 << UInt8($1) : $0 }
        for z in 0..<8 {
            for y in 0..<8 { mask[y + 8 * z] &= isWithin(1, y) && isWithin(2, z) ? columns : 0 }
        }
    }

    /// Whether a block and its neighbours towards larger coordinates, which share its cells, hold voxels of both signs.
    private static func hasBothSigns(
        aheadOf block: BlockCoordinates, _ table: BlockTable, _ inside: UnsafePointer<UInt8>
    ) -> Bool {
        var (any, all) = (UInt64(0), UInt64.max)
        for step in 0..<8 {
            let offset = SIMD3(Int32(step & 1), Int32(step >> 1 & 1), Int32(step >> 2))
            guard let slot = table.slot(of: block &+ offset) else { continue }
            let words = UnsafeRawPointer(inside + 64 * slot)
            for word in 0..<8 {
                let bits = words.load(fromByteOffset: 8 * word, as: UInt64.self)
                any |= bits
                all &= bits
            }
            if any != 0 && all != .max { return true }
        }
        return false
    }

    /// The slots of a block and its 26 neighbours, -1 where absent, in the order of `fathom_block_surface`.
    func neighbors(ofSlot slot: Int, _ body: (Int, Int32) -> Void) {
        for index in 0..<27 {
            let offset = SIMD3(Int32(index % 3 - 1), Int32(index / 3 % 3 - 1), Int32(index / 9 - 1))
            body(index, table.slot(of: coordinates[slot] &+ offset).map(Int32.init) ?? -1)
        }
    }

    /// Calls `body` with the lattice as kernels take it, valid only during the call.
    func withKernelLattice<Result>(_ body: (fathom_block_lattice) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(blocks) {} }
        return try withPointers(inside, seen, surfaces) { inside, seen, surfaces in
            try planes.withUnsafeBufferPointer { planes in
                try coordinates.withUnsafeBytes { coordinates in
                    try body(
                        fathom_block_lattice(
                            inside: inside.base, seen: seen.base, blocks: planes.baseAddress,
                            coordinates: coordinates.assumingMemoryBound(to: Int32.self).baseAddress, surfaces: surfaces.base,
                            voxelSize: voxelSize))
                }
            }
        }
    }
}
