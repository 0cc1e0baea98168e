import FathomCore
import FathomTensor

/// The learned table of positions, resampled to the grid of patches of an image.
struct PositionEmbedding: Sendable {
    /// Patches along a side of the image that the table was learned for, 518 / 14.
    static let side = 37

    private let width: Int
    /// [1 + 37 · 37, width]; row 0 belongs to the class token.
    private let table: Buffer<Float>

    init(table: Buffer<Float>, width: Int) {
        self.table = table
        self.width = width
    }

    /// Positions of the class token and of `rows` × `columns` patches.
    ///
    /// Bicubic (a = −0.75, not antialiased, border repeated) as DINOv2 does it: source coordinates follow the scale
    /// (n + 0.1) / 37, not the ratio of the sizes, except at 37 × 37, which is copied.
    func resampled(rows: Int, columns: Int) -> Buffer<Float> {
        if rows == Self.side && columns == Self.side { return table }
        let vertical = (0..<rows).map { Self.taps(at: $0, of: rows) }
        let horizontal = (0..<columns).map { Self.taps(at: $0, of: columns) }
        var result = Buffer<Float>(uninitialized: (1 + rows * columns) * width)
        withMutablePointers(&result) { result in
            withPointers(table) { table in
                result.base.update(from: table.base, count: width)
                let grid = SharedPointer(table + width)
                ThreadPool.shared.parallelFor(rows) { y in
                    for x in 0..<columns {
                        let target = result + (1 + y * columns + x) * width
                        for channel in 0..<width {
                            var sum = 0.0
                            for (row, down) in vertical[y] {
                                var across = 0.0
                                for (column, share) in horizontal[x] {
                                    across += share * Double(grid[(row * Self.side + column) * width + channel])
                                }
                                sum += down * across
                            }
                            target[channel] = Float(sum)
                        }
                    }
                }
            }
        }
        return result
    }

    /// The four table rows (or columns) behind position `index` of `count`, with their shares.
    private static func taps(at index: Int, of count: Int) -> [(Int, Double)] {
        let scale = (Double(count) + 0.1) / Double(side)
        let source = (Double(index) + 0.5) / scale - 0.5
        let first = source.rounded(.down)
        let t = source - first
        let a = -0.75
        func near(_ x: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }
        func far(_ x: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        let shares = [far(t + 1), near(t), near(1 - t), far(2 - t)]
        return shares.enumerated().map { (min(max(Int(first) - 1 + $0, 0), side - 1), $1) }
    }
}
