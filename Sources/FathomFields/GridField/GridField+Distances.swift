import CKernels
import FathomCore

extension GridField {
    /// Makes the field a distance again without moving its surface, and keeps the blocks within reach of it.
    ///
    /// Points with a neighbour of the other sign get their distance to the surface from value and slope and hold it; all others
    /// follow by sweeping |∇u| = 1 through the blocks in eight directions, twice (Zhao, "A fast sweeping method for Eikonal
    /// equations", 2005). Linear in the blocks near the surface.
    public mutating func redistance() {
        var frozen = freeze()
        keepBlocksNearSurface(&frozen)
        let orders = (0..<8).map { keptBlocks(direction: $0) }
        let band = band
        var values = parameters
        let count = values.count
        withMutablePointers(&values) { values in
            withPointers(slots, frozen) { slots, frozen in
                var grid = kernelGrid(slots: slots.base, values: UnsafePointer(values.base), band: band)
                for sweep in 0..<16 {
                    for block in orders[sweep & 7] {
                        fathom_grid_sweep(
                            &grid, values.base, block, frozen.base + 512 * Int(slots[block]), UInt32(sweep & 7))
                    }
                }
            }
            for index in 0..<count { values[index] = min(max(values[index], -band), band) }
        }
        parameters = values
    }

    /// The blocks that are kept, in the order of a sweep: bits 4, 2 and 1 of `direction` say that x, y and z descend.
    private func keptBlocks(direction: Int) -> [Int] {
        func order(_ axis: Int) -> [Int] {
            let ascending = Array(0..<blocks[axis])
            return direction & 4 >> axis == 0 ? ascending : ascending.reversed()
        }
        let (xs, ys, zs) = (order(0), order(1), order(2))
        var kept: [Int] = []
        for x in xs {
            for y in ys {
                for z in zs {
                    let block = (x * blocks.y + y) * blocks.z + z
                    if slots[block] >= 0 { kept.append(block) }
                }
            }
        }
        return kept
    }

    /// Turns the values beside the surface into distances, all others into ± `band`; returns which are beside it.
    private mutating func freeze() -> Buffer<UInt8> {
        var distances = Buffer<Float>(uninitialized: parameters.count)
        var frozen = Buffer<UInt8>(uninitialized: parameters.count)
        withMutablePointers(&distances, &frozen) { distances, frozen in
            withKernelGrid { grid in
                withPointers(slots) { [count = slots.count] slots in
                    ThreadPool.shared.parallelFor(count, grain: 32) { range in
                        for block in range where slots[block] >= 0 {
                            let first = 512 * Int(slots[block])
                            withUnsafePointer(to: grid) {
                                _ = fathom_grid_freeze($0, block, distances + first, frozen + first)
                            }
                        }
                    }
                }
            }
        }
        parameters = distances
        return frozen
    }

    /// Keeps the blocks that hold frozen points and their neighbours, in the order of the lattice.
    private mutating func keepBlocksNearSurface(_ frozen: inout Buffer<UInt8>) {
        let blocks = blocks
        var isNear = [Bool](repeating: false, count: slots.count)
        for block in 0..<slots.count where slots[block] >= 0 {
            let first = 512 * Int(slots[block])
            guard (0..<512).contains(where: { frozen[first + $0] != 0 }) else { continue }
            let place = Self.firstPoint(ofBlock: block, blocks) / 8
            for x in max(0, place.x - 1)...min(blocks.x - 1, place.x + 1) {
                for y in max(0, place.y - 1)...min(blocks.y - 1, place.y + 1) {
                    for z in max(0, place.z - 1)...min(blocks.z - 1, place.z + 1) {
                        isNear[(x * blocks.y + y) * blocks.z + z] = true
                    }
                }
            }
        }
        let near = isNear.indices.filter { isNear[$0] }
        var newSlots = Buffer<Int32>(repeating: Self.outside, count: slots.count)
        var values = Buffer<Float>(uninitialized: 512 * near.count)
        var newFrozen = Buffer<UInt8>(repeating: 0, count: 512 * near.count)
        for block in 0..<slots.count where !isNear[block] {
            let slot = slots[block]
            // Blocks without frozen points are all on one side.
            newSlots[block] = slot >= 0 ? (parameters[512 * Int(slot)] < 0 ? Self.inside : Self.outside) : slot
        }
        for (new, block) in near.enumerated() {
            newSlots[block] = Int32(new)
            let old = slots[block]
            for index in 0..<512 {
                if old >= 0 {
                    values[512 * new + index] = parameters[512 * Int(old) + index]
                    newFrozen[512 * new + index] = frozen[512 * Int(old) + index]
                } else {
                    values[512 * new + index] = old == Self.inside ? -band : band
                }
            }
        }
        replace(slots: newSlots, values: values)
        frozen = newFrozen
    }
}
