/// Edges by the cost of collapsing them, cheapest first: a 4-ary heap whose outdated entries are recognised by their stamp.
///
/// Ties are broken by the vertices, so that the order does not depend on how the heap grew.
struct CollapseQueue {
    struct Entry {
        /// Bits of the cost, which is not negative, above those of the first vertex: compares as a whole.
        fileprivate let key: UInt64
        let second: UInt32
        /// Sum of the ends' versions at the time of writing.
        let stamp: UInt32

        var first: UInt32 { UInt32(truncatingIfNeeded: key) }
        var cost: Float { Float(bitPattern: UInt32(key >> 32)) }

        init(cost: Float, first: UInt32, second: UInt32, stamp: UInt32) {
            key = UInt64(cost.bitPattern) << 32 | UInt64(first)
            self.second = second
            self.stamp = stamp
        }

        @inline(__always)
        fileprivate func precedes(_ other: Entry) -> Bool { key < other.key || (key == other.key && second < other.second) }
    }

    private var entries: [Entry]

    /// The heap of all `entries`, in linear time.
    init(_ entries: [Entry]) {
        self.entries = entries
        for i in stride(from: (entries.count - 2) / 4, through: 0, by: -1) where entries.count > 1 { sink(from: i) }
    }

    mutating func push(_ entry: Entry) {
        var i = entries.count
        entries.append(entry)
        entries.withUnsafeMutableBufferPointer { entries in
            while i > 0 {
                let parent = (i - 1) / 4
                guard entry.precedes(entries[parent]) else { break }
                entries[i] = entries[parent]
                i = parent
            }
            entries[i] = entry
        }
    }

    mutating func pop() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let top = entries.first else { return last }
        entries[0] = last
        sink(from: 0)
        return top
    }

    private mutating func sink(from start: Int) {
        entries.withUnsafeMutableBufferPointer { entries in
            let entry = entries[start]
            var i = start
            while true {
                let first = 4 * i + 1
                guard first < entries.count else { break }
                var best = first
                for child in first + 1..<max(first + 1, min(first + 4, entries.count))
                where entries[child].precedes(entries[best]) {
                    best = child
                }
                guard entries[best].precedes(entry) else { break }
                entries[i] = entries[best]
                i = best
            }
            entries[i] = entry
        }
    }
}
