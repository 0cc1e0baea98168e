import CKernels
import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Coordinates of a block of 8 × 8 × 8 voxels in the block lattice; its first voxel is `8 * coordinates`.
package typealias BlockCoordinates = SIMD3<Int32>

extension SIMD3 where Scalar == Int32 {
    /// Three 21-bit coordinates offset by 2²⁰ in one number; ordered by z, then y, then x.
    package var blockKey: UInt64 { fathom_volume_key(x, y, z) }

    package init(blockKey key: UInt64) {
        func axis(_ shift: UInt64) -> Int32 { Int32(truncatingIfNeeded: key >> shift & 0x1f_ffff) - (1 << 20) }
        self.init(axis(0), axis(21), axis(42))
    }
}

/// Sparse storage of voxel blocks: a hash table from block coordinates to slots in slabs of zeroed memory.
///
/// The one place of the volume that owns raw memory. Slots are numbered in the order of insertion and never move, so
/// different blocks may be written by different threads at the same time; insertion needs exclusive access.
package final class DepthBlocks: @unchecked Sendable {
    package let hasColor: Bool
    /// Coordinates of every block, by slot.
    package private(set) var coordinates: [BlockCoordinates] = []
    /// The voxels of every block, by slot; pointers live as long as this object.
    package private(set) var planes: [fathom_volume_block] = []
    private var slabs: [UnsafeMutableRawPointer] = []
    package private(set) var table = BlockTable()

    private static let blocksPerSlab = 512

    /// Distance, weight and count of 512 voxels, with colour if kept.
    package static func bytesPerBlock(color: Bool) -> Int { 512 * (2 + 2 + 1 + (color ? 6 : 0)) }
    private var slabBytes: Int { Self.blocksPerSlab * Self.bytesPerBlock(color: hasColor) }

    package init(color: Bool) {
        hasColor = color
    }

    deinit {
        for slab in slabs { munmap(slab, slabBytes) }
    }

    package var count: Int { coordinates.count }

    /// Bytes held for `count` blocks: slabs, coordinates, pointers and table.
    package static func bytes(count: Int, color: Bool) -> Int {
        let slabs = (count + blocksPerSlab - 1) / blocksPerSlab
        return slabs * blocksPerSlab * bytesPerBlock(color: color) + count
            * (MemoryLayout<BlockCoordinates>.stride + MemoryLayout<fathom_volume_block>.stride)
            + BlockTable.bytes(count: count)
    }

    /// A copy that shares nothing.
    ///
    /// - Throws: `stageFailed` when the system refuses the memory.
    package func copy() throws -> DepthBlocks {
        let copy = DepthBlocks(color: hasColor)
        for slab in slabs {
            let new = try copy.makeSlab()
            new.copyMemory(from: slab, byteCount: slabBytes)
        }
        copy.coordinates = coordinates
        copy.table = table
        copy.planes = coordinates.indices.map { copy.planes(ofSlot: $0) }
        return copy
    }

    /// Adds zeroed blocks, all absent so far, in the given order.
    ///
    /// - Throws: `stageFailed` when the system refuses the memory; nothing is added then.
    package func insert(_ blocks: [BlockCoordinates]) throws {
        let total = count + blocks.count
        while slabs.count * Self.blocksPerSlab < total { _ = try makeSlab() }
        for block in blocks {
            table.insert(block, slot: coordinates.count)
            planes.append(planes(ofSlot: coordinates.count))
            coordinates.append(block)
        }
    }

    private func planes(ofSlot slot: Int) -> fathom_volume_block {
        let base = slabs[slot / Self.blocksPerSlab] + slot % Self.blocksPerSlab * Self.bytesPerBlock(color: hasColor)
        return fathom_volume_block(
            distances: base.assumingMemoryBound(to: Int16.self),
            weights: (base + 1024).assumingMemoryBound(to: UInt16.self),
            counts: (base + 2048).assumingMemoryBound(to: UInt8.self),
            colors: hasColor ? (base + 2560).assumingMemoryBound(to: UInt16.self) : nil)
    }

    private func makeSlab() throws -> UnsafeMutableRawPointer {
        // Fresh anonymous pages are zero, which is the state of a voxel nobody has seen.
        let slab = mmap(nil, slabBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let slab, slab != MAP_FAILED else {
            throw FathomError(
                .stageFailed, "the system refused \(slabBytes >> 20) MB for the volume",
                remedy: "use larger voxels, bounds or a smaller range maximum")
        }
        slabs.append(slab)
        return slab
    }
}
