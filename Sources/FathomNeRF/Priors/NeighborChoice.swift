import FathomCore

/// Chooses a pixel's neighbour among those of a window with the most similar prior.
struct NeighborChoice {
    /// Pixels of the largest window.
    static let most = 49

    private let offsets: ClosedRange<Int>
    private let excludesCenter: Bool
    /// Room for twice `most` keys.
    private let scratch: UnsafeMutableBufferPointer<UInt64>

    init(_ options: QuadOptions, scratch: UnsafeMutableBufferPointer<UInt64>) {
        offsets = options.window.offsets
        excludesCenter = options.excludesCenter
        self.scratch = scratch
    }

    /// One of the first 30 % of the window, ordered by |P − P(centre)| and, among equals, by row and column.
    ///
    /// One random number, whatever the values. The centre itself where there is nothing else.
    func neighbor(
        of center: SIMD2<Int32>, _ values: UnsafePointer<Float>, _ size: (width: Int, height: Int), _ random: inout SeededRandom
    ) -> SIMD2<Int32> {
        let (x, y) = (Int(center.x), Int(center.y))
        let (left, right) = (max(x + offsets.lowerBound, 0), min(x + offsets.upperBound, size.width - 1))
        let own = values[y * size.width + x]
        var count = 0
        for row in max(y + offsets.lowerBound, 0)...min(y + offsets.upperBound, size.height - 1) {
            for column in left...right {
                let index = row * size.width + column
                if values[index].isNaN || (excludesCenter && column == x && row == y) { continue }
                // Distances are not negative, so that their bits are ordered as they are; the index decides between equal ones.
                scratch[count] = UInt64(abs(values[index] - own).bitPattern) << 32 | UInt64(UInt32(index))
                count += 1
            }
        }
        let rank = random.index(below: max(1, 3 * count / 10))
        if count == 0 { return center }
        let index = Int32(truncatingIfNeeded: smallest(rank, of: count) & 0xffff_ffff)
        return SIMD2(index % Int32(size.width), index / Int32(size.width))
    }

    /// The key that `rank` others are smaller than; keeps the smallest so far in order.
    private func smallest(_ rank: Int, of count: Int) -> UInt64 {
        let sorted = UnsafeMutableBufferPointer(rebasing: scratch[Self.most...])
        var kept = 0
        for index in 0..<count {
            let key = scratch[index]
            if kept == rank + 1 {
                if key > sorted[rank] { continue }
                kept -= 1
            }
            var place = kept
            while place > 0 && sorted[place - 1] > key {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = key
            kept += 1
        }
        return sorted[rank]
    }
}
