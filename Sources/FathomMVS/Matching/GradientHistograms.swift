/// Describes the surroundings of pixels by which way the image rises there, cell by cell.
struct GradientHistograms {
    /// Cells along each side of a descriptor, each `cell` pixels wide.
    private static let cells = 4
    private static let cell = 6
    /// Directions told apart.
    private static let directions = 8
    static let length = cells * cells * directions

    private let width: Int
    private let height: Int
    /// Per pixel the lower of the two directions it counts for, and what it adds to that and to the next.
    private let direction: [UInt8]
    private let lower: [Float]
    private let upper: [Float]

    init(_ gradients: Gradients) {
        let count = gradients.width * gradients.height
        width = gradients.width
        height = gradients.height
        var direction = [UInt8](repeating: 0, count: count)
        var lower = [Float](repeating: 0, count: count)
        var upper = lower
        for i in 0..<count {
            let (gx, gy) = (gradients.x[i], gradients.y[i])
            let (ax, ay) = (abs(gx), abs(gy))
            let length = (gx * gx + gy * gy).squareRoot()
            guard length > 0 else { continue }
            // The share of the octant stands in for the angle; it is monotonic and exact at both ends.
            let quadrant: UInt8 = gx >= 0 ? (gy >= 0 ? 0 : 6) : (gy >= 0 ? 2 : 4)
            let along = quadrant % 4 == 0 ? ay : ax
            let across = quadrant % 4 == 0 ? ax : ay
            let share = along <= across ? along / across : 2 - across / along
            let first: UInt8 = share < 1 ? 0 : 1
            direction[i] = (quadrant + first) % 8
            upper[i] = length * (share - Float(first))
            lower[i] = length - upper[i]
        }
        (self.direction, self.lower, self.upper) = (direction, lower, upper)
    }

    /// The descriptor around a pixel, of length 1; nil where the window would leave the image or is flat.
    func descriptor(x: Int, y: Int) -> [Float]? {
        let reach = Self.cells * Self.cell / 2
        guard x >= reach, y >= reach, x + reach < width, y + reach < height else { return nil }
        var bins = [Float](repeating: 0, count: Self.length)
        bins.withUnsafeMutableBufferPointer { bins in
            for dy in -reach...reach {
                let (row, rowShare) = Self.place(dy + reach)
                for dx in -reach...reach {
                    let i = (y + dy) * width + x + dx
                    let (column, columnShare) = Self.place(dx + reach)
                    let low = Int(direction[i])
                    let high = (low + 1) % Self.directions
                    for (r, rowWeight) in [(row, 1 - rowShare), (row + 1, rowShare)] where r >= 0 && r < Self.cells {
                        for (c, weight) in [(column, 1 - columnShare), (column + 1, columnShare)] where c >= 0 && c < Self.cells {
                            let bin = (r * Self.cells + c) * Self.directions
                            bins[bin + low] += rowWeight * weight * lower[i]
                            bins[bin + high] += rowWeight * weight * upper[i]
                        }
                    }
                }
            }
        }
        let sum = bins.reduce(0, +)
        return sum > 0 ? bins.map { ($0 / sum).squareRoot() } : nil
    }

    /// The cell before an offset from the window's edge, and how far towards the next one it lies.
    private static func place(_ offset: Int) -> (cell: Int, share: Float) {
        let position = (Float(offset)) / Float(cell) - 0.5
        let before = position.rounded(.down)
        return (Int(before), position - before)
    }
}
