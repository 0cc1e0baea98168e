import FathomCore
import FathomGeometry

/// Lattice values in the course of coarse-to-fine sampling: which points are evaluated, which wait for it.
///
/// A cell of stride s starts at a multiple of s and spans s steps along each axis, fewer where the lattice ends.
struct PartialSamples {
    private(set) var values: Buffer<Float>
    private(set) var evaluationCount = 0
    private let lattice: Lattice
    /// Bit i % 64 of word i / 64 belongs to point i.
    private var evaluated: Buffer<UInt64>
    /// Points to evaluate next; their bits are already set.
    private var claimed: [SIMD3<Int32>] = []

    init(lattice: Lattice) {
        self.lattice = lattice
        values = Buffer(uninitialized: lattice.count)
        evaluated = Buffer(repeating: 0, count: (lattice.count + 63) / 64)
    }

    /// The cells that cover the lattice.
    func coarseCells(stride step: Int) -> [SIMD3<Int32>] {
        var cells: [SIMD3<Int32>] = []
        let starts = (0..<3).map { stride(from: 0, through: max(lattice.last[$0] - 1, 0), by: step) }
        for x in starts[0] {
            for y in starts[1] {
                for z in starts[2] { cells.append([x, y, z]) }
            }
        }
        return cells
    }

    /// The halves of a cell along each axis, `step` steps wide; fewer than eight where the lattice cuts it short.
    func children(of cell: SIMD3<Int32>, step: Int) -> [SIMD3<Int32>] {
        let upper = lattice.last
        var children: [SIMD3<Int32>] = []
        for corner in 0..<8 {
            let child = cell &+ SIMD3(Int32(corner >> 2), Int32(corner >> 1 & 1), Int32(corner & 1)) &* Int32(step)
            if all(child .< upper) { children.append(child) }
        }
        return children
    }

    /// Marks the points of a cell that lie `step` apart for evaluation, unless they are or were.
    mutating func claim(_ cell: SIMD3<Int32>, stride: Int, step: Int) {
        let upper = lattice.upper(of: cell, stride: stride)
        let count = stride / step
        for x in 0...count {
            for y in 0...count {
                for z in 0...count {
                    let offset = SIMD3(Int32(x), Int32(y), Int32(z)) &* Int32(step)
                    let point = pointwiseMin(cell &+ offset, upper)
                    let index = lattice.index(point)
                    if evaluated[index >> 6] >> UInt64(index & 63) & 1 == 0 {
                        evaluated[index >> 6] |= 1 << UInt64(index & 63)
                        claimed.append(point)
                    }
                }
            }
        }
    }

    /// Evaluates the claimed points.
    mutating func evaluateClaimed(_ field: some ScalarField) {
        let batch = 512
        let (lattice, claimed) = (lattice, claimed)
        withMutablePointers(&values) { values in
            ThreadPool.shared.parallelFor(claimed.count, grain: batch) { range in
                withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: batch) { points in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: batch) { results in
                        for (i, c) in claimed[range].enumerated() {
                            points[i] = SIMD3<Float>(lattice.position(Int(c.x), Int(c.y), Int(c.z)))
                        }
                        guard let results = results.baseAddress else { return }
                        field.evaluate(UnsafeBufferPointer(rebasing: points[..<range.count]), into: results)
                        for (i, c) in claimed[range].enumerated() { values[lattice.index(c)] = results[i] }
                    }
                }
            }
        }
        evaluationCount += claimed.count
        self.claimed.removeAll(keepingCapacity: true)
    }

    /// Values at the corners of a cell; corner 4x+2y+z.
    func corners(of cell: SIMD3<Int32>, stride: Int) -> SIMD8<Float> {
        let upper = lattice.upper(of: cell, stride: stride)
        var corners = SIMD8<Float>()
        for i in 0..<8 {
            let point = SIMD3(
                i & 4 == 0 ? cell.x : upper.x, i & 2 == 0 ? cell.y : upper.y, i & 1 == 0 ? cell.z : upper.z)
            corners[i] = values[lattice.index(point)]
        }
        return corners
    }

    /// Fills the points of cells that are not evaluated. A point on a face between two cells belongs to the higher one.
    mutating func interpolate(_ cells: [SIMD3<Int32>], stride: Int) {
        let corners = cells.map { self.corners(of: $0, stride: stride) }
        let lattice = lattice
        withMutablePointers(&values) { values in
            withPointers(evaluated) { evaluated in
                ThreadPool.shared.parallelFor(cells.count, grain: 256) { range in
                    for i in range {
                        let cell = cells[i]
                        let upper = lattice.upper(of: cell, stride: stride)
                        let end = upper.replacing(with: upper &+ 1, where: upper .== lattice.last)
                        let span = SIMD3<Float>(upper &- cell)
                        let c = corners[i]
                        for x in cell.x..<end.x {
                            let onX = c.lowHalf + (c.highHalf - c.lowHalf) * (Float(x - cell.x) / span.x)
                            for y in cell.y..<end.y {
                                let onY = onX.lowHalf + (onX.highHalf - onX.lowHalf) * (Float(y - cell.y) / span.y)
                                let slope = (onY[1] - onY[0]) / span.z
                                let row = lattice.index([x, y, 0])
                                for z in cell.z..<end.z {
                                    let index = row + Int(z)
                                    if evaluated[index >> 6] >> UInt64(index & 63) & 1 == 0 {
                                        values[index] = onY[0] + slope * Float(z - cell.z)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension Lattice {
    fileprivate var last: SIMD3<Int32> { SIMD3<Int32>(truncatingIfNeeded: size) &- 1 }

    fileprivate func index(_ point: SIMD3<Int32>) -> Int { index(Int(point.x), Int(point.y), Int(point.z)) }

    /// The highest corner of a cell.
    fileprivate func upper(of cell: SIMD3<Int32>, stride: Int) -> SIMD3<Int32> {
        pointwiseMin(cell &+ Int32(stride), last)
    }
}
