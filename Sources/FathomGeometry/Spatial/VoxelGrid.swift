import FathomCore

/// Points sorted into the occupied cells of a regular grid, found through a hash of the cell's coordinates.
///
/// Cells are numbered in the order in which the points first enter them, so the result depends on the input alone. O(n) time;
/// 16 bytes per point for the table, which has twice as many slots as there are points.
public struct VoxelGrid: Sendable {
    /// Edge length of a cell.
    public let cellSize: Float
    /// Number of occupied cells.
    public let count: Int
    /// Cell of each point, 0 ..< `count`.
    public let cellOfPoint: [UInt32]

    /// Cells along one axis at most: three coordinates of 21 bits make one key.
    private static let limit = Float(1 << 21)

    /// - Throws: `inputInvalid` when a position is not finite or the cells are so small that the grid has more than 2²¹ of
    ///   them along an axis.
    public init(_ positions: [SIMD3<Float>], cellSize: Float) throws {
        precondition(cellSize > 0 && cellSize.isFinite, "a cell needs a positive edge")
        precondition(positions.count < UInt32.max, "a voxel grid holds less than 2³² points")
        self.cellSize = cellSize
        var lower = SIMD3<Float>(repeating: .infinity)
        var upper = SIMD3<Float>(repeating: -.infinity)
        for (index, p) in positions.enumerated() {
            guard p.sum().isFinite else { throw FathomError(.inputInvalid, "point \(index) is not finite") }
            lower = pointwiseMin(lower, p)
            upper = pointwiseMax(upper, p)
        }
        let extent = positions.isEmpty ? 0 : (upper - lower).max()
        guard extent / cellSize < Self.limit - 1 else {
            throw FathomError(
                .inputInvalid, "cells of \(cellSize) are too small for points that span \(extent)", remedy: "use larger cells")
        }
        var slots = 16
        while slots < 2 * positions.count { slots *= 2 }
        let empty = UInt64.max
        var keys = [UInt64](repeating: empty, count: slots)
        var numbers = [UInt32](repeating: 0, count: slots)
        var cells = [UInt32]()
        cells.reserveCapacity(positions.count)
        var count: UInt32 = 0
        for p in positions {
            let c = SIMD3<UInt64>((p - lower) / cellSize, rounding: .down)
            let key = c.x << 42 | c.y << 21 | c.z
            // Fibonacci hashing: the high bits of the product are well mixed.
            var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots - 1)
            while keys[slot] != key && keys[slot] != empty { slot = (slot + 1) & (slots - 1) }
            if keys[slot] == empty {
                keys[slot] = key
                numbers[slot] = count
                count += 1
            }
            cells.append(numbers[slot])
        }
        self.count = Int(count)
        cellOfPoint = cells
    }
}

extension PointCloud {
    /// One point per occupied cell of a grid: the mean of the positions, normals and colours inside it, the highest
    /// confidence and view count.
    ///
    /// - Parameter cell: edge length of a cell, in scene units.
    /// - Throws: `inputInvalid`, see `VoxelGrid`.
    public func thinned(cell: Float) throws -> PointCloud {
        let grid = try VoxelGrid(positions, cellSize: cell)
        var population = [Double](repeating: 0, count: grid.count)
        for cell in grid.cellOfPoint { population[Int(cell)] += 1 }

        /// Means per cell, summed in double precision.
        func means(_ vector: (Int) -> SIMD3<Double>) -> [SIMD3<Double>] {
            var sums = [SIMD3<Double>](repeating: .zero, count: grid.count)
            for (index, cell) in grid.cellOfPoint.enumerated() { sums[Int(cell)] += vector(index) }
            return zip(sums, population).map { $0 / $1 }
        }
        func highest<T: Comparable>(_ values: [T], from lowest: T) -> [T] {
            var best = [T](repeating: lowest, count: grid.count)
            for (value, cell) in zip(values, grid.cellOfPoint) { best[Int(cell)] = max(best[Int(cell)], value) }
            return best
        }
        return PointCloud(
            positions: means { SIMD3<Double>(positions[$0]) }.map { SIMD3<Float>($0) },
            normals: normals.isEmpty ? [] : means { SIMD3<Double>(normals[$0]) }.map { SIMD3<Float>(normalize($0)) },
            colors: colors.isEmpty
                ? [] : means { SIMD3<Double>(colors[$0]) }.map { SIMD3<UInt8>($0, rounding: .toNearestOrAwayFromZero) },
            confidences: confidences.isEmpty ? [] : highest(confidences, from: 0),
            viewCounts: viewCounts.isEmpty ? [] : highest(viewCounts, from: 0))
    }
}
