/// Finds the slot of a block by its coordinates: open addressing with linear probing, at most half full.
///
/// A value; hot loops take a copy and look up without touching the owner.
package struct BlockTable: Sendable {
    private struct Entry {
        var key: UInt64
        /// -1 marks a free entry.
        var slot: Int32
    }

    private var entries: [Entry]
    /// The top bits of a hashed key select its first entry.
    private var shift: UInt64
    private var count = 0

    init() {
        self.init(logCapacity: 10)
    }

    private init(logCapacity: UInt64) {
        entries = Array(repeating: Entry(key: 0, slot: -1), count: 1 << logCapacity)
        shift = 64 - logCapacity
    }

    /// Bytes held by a table of `count` blocks.
    static func bytes(count: Int) -> Int {
        var capacity = 1024
        while capacity < 2 * count { capacity *= 2 }
        return capacity * MemoryLayout<Entry>.stride
    }

    /// The slot of a block, or nil where there is none.
    package func slot(of block: BlockCoordinates) -> Int? {
        let slot = entries.withUnsafeBufferPointer { $0[position(of: block.blockKey, in: $0)].slot }
        return slot < 0 ? nil : Int(slot)
    }

    /// Adds a block that is not in the table.
    mutating func insert(_ block: BlockCoordinates, slot: Int) {
        if 2 * (count + 1) > entries.count {
            var larger = BlockTable(logCapacity: 64 - shift + 1)
            for entry in entries where entry.slot >= 0 { larger.place(entry) }
            larger.count = count
            self = larger
        }
        place(Entry(key: block.blockKey, slot: Int32(slot)))
        count += 1
    }

    private mutating func place(_ entry: Entry) {
        let free = entries.withUnsafeBufferPointer { position(of: entry.key, in: $0) }
        entries[free] = entry
    }

    /// Where `key` stands, or the free entry where it would.
    private func position(of key: UInt64, in entries: UnsafeBufferPointer<Entry>) -> Int {
        // Fibonacci hashing: the multiplier is 2⁶⁴ over the golden ratio.
        var position = Int((key &* 0x9e37_79b9_7f4a_7c15) >> shift)
        while entries[position].slot >= 0 && entries[position].key != key { position = (position + 1) & (entries.count - 1) }
        return position
    }
}
