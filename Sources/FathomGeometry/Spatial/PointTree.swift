import FathomCore

/// A kd-tree over points, for nearest-neighbour queries.
///
/// Split at the median of the widest side down to leaves of at most 8 points (Friedman, Bentley, Finkel, 1977), so that the
/// tree needs no links: O(n log n) to build, 16 bytes per point and 2 per inner node more. Points that are not finite are
/// left out. Queries are safe from several threads.
public struct PointTree: Sendable {
    /// The point closest to a query.
    public struct Hit: Sendable, Equatable, BitwiseCopyable {
        /// Index into the points the tree was built from.
        public var index: Int
        public var distanceSquared: Float
    }

    /// In the order of the leaves; lane 3 holds the bits of the index.
    let points: Buffer<SIMD4<Float>>
    /// Of inner node k, whose children are 2k + 1 and 2k + 2: the axis and the coordinate that separates them.
    let axes: Buffer<UInt8>
    let splits: Buffer<Float>
    private static let leafSize = 8

    /// Number of points in the tree.
    public var count: Int { points.count }

    public init(_ positions: [SIMD3<Float>]) {
        precondition(positions.count <= UInt32.max, "a point tree holds at most 2³² points")
        var points = Buffer(
            positions.indices.lazy.filter { positions[$0].sum().isFinite }.map {
                SIMD4(positions[$0], Float(bitPattern: UInt32($0)))
            })
        var inner = 0
        while points.count > (inner + 1) * Self.leafSize { inner = 2 * inner + 1 }
        var axes = Buffer<UInt8>(repeating: 0, count: inner)
        var splits = Buffer<Float>(repeating: 0, count: inner)
        let count = points.count
        withMutablePointers(&points, &axes, &splits) { points, axes, splits in
            // Nodes of one level touch disjoint points.
            var first = 0
            while first < inner {
                let before = first
                ThreadPool.shared.parallelFor(first + 1) { offset in
                    let node = before + offset
                    let range = Self.range(of: node, count: count)
                    let axis = Self.widestAxis(points.base, range)
                    let middle = (range.lowerBound + range.upperBound) / 2
                    Self.select(points.base, range, middle, axis)
                    axes[node] = UInt8(axis)
                    splits[node] = points[middle][axis]
                }
                first = 2 * first + 1
            }
        }
        self.points = points
        self.axes = axes
        self.splits = splits
    }

    /// The point closest to `query`, nearer than `limit`; nil when there is none.
    public func nearest(to query: SIMD3<Float>, within limit: Float = .infinity) -> Hit? {
        nearest(to: query, within: limit) { _ in true }
    }

    /// The point closest to `query`, nearer than `limit`, of those that `isCandidate` accepts by their index; nil when there is
    /// none. Logarithmic where most are accepted, linear where few are.
    public func nearest(
        to query: SIMD3<Float>, within limit: Float = .infinity, where isCandidate: (Int) -> Bool
    ) -> Hit? {
        var best = Hit(index: -1, distanceSquared: limit * limit)
        withPointers(points, axes, splits) { points, axes, splits in
            let search = Search(points: points, axes: axes, splits: splits, inner: self.axes.count, query: query)
            search.visit(0, 0, count, &best, isCandidate)
        }
        return best.index < 0 ? nil : best
    }

    private struct Search {
        let points: SharedPointer<SIMD4<Float>>
        let axes: SharedPointer<UInt8>
        let splits: SharedPointer<Float>
        let inner: Int
        let query: SIMD3<Float>

        func visit(_ node: Int, _ lower: Int, _ upper: Int, _ best: inout Hit, _ isCandidate: (Int) -> Bool) {
            if node >= inner {
                for place in lower..<upper {
                    let point = points[place]
                    let offset = SIMD3(point.x, point.y, point.z) - query
                    let distanceSquared = dot(offset, offset)
                    if distanceSquared < best.distanceSquared, isCandidate(Int(point.w.bitPattern)) {
                        best = Hit(index: Int(point.w.bitPattern), distanceSquared: distanceSquared)
                    }
                }
                return
            }
            let middle = (lower + upper) / 2
            let offset = query[Int(axes[node])] - splits[node]
            if offset < 0 {
                visit(2 * node + 1, lower, middle, &best, isCandidate)
                if offset * offset < best.distanceSquared { visit(2 * node + 2, middle, upper, &best, isCandidate) }
            } else {
                visit(2 * node + 2, middle, upper, &best, isCandidate)
                if offset * offset < best.distanceSquared { visit(2 * node + 1, lower, middle, &best, isCandidate) }
            }
        }
    }

    /// Places of the points under a node, by walking down from the root along the bits of its number.
    private static func range(of node: Int, count: Int) -> Range<Int> {
        var (lower, upper) = (0, count)
        let path = node + 1
        var bit = Int.bitWidth - 2 - path.leadingZeroBitCount
        while bit >= 0 {
            let middle = (lower + upper) / 2
            if path >> bit & 1 == 0 { upper = middle } else { lower = middle }
            bit -= 1
        }
        return lower..<upper
    }

    private static func widestAxis(_ points: UnsafePointer<SIMD4<Float>>, _ range: Range<Int>) -> Int {
        var lower = SIMD4<Float>(repeating: .infinity)
        var upper = -lower
        for place in range {
            lower = pointwiseMin(lower, points[place])
            upper = pointwiseMax(upper, points[place])
        }
        let side = upper - lower
        if side.x >= side.y { return side.x >= side.z ? 0 : 2 }
        return side.y >= side.z ? 1 : 2
    }

    /// Orders the points of `range` so that none before `middle` is larger along `axis`, and none after smaller (Hoare).
    private static func select(_ points: UnsafeMutablePointer<SIMD4<Float>>, _ range: Range<Int>, _ middle: Int, _ axis: Int) {
        var (left, right) = (range.lowerBound, range.upperBound - 1)
        while left < right {
            let pivot = points[(left + right) / 2][axis]
            var (i, j) = (left, right)
            while i <= j {
                while points[i][axis] < pivot { i += 1 }
                while pivot < points[j][axis] { j -= 1 }
                if i <= j {
                    (points[i], points[j]) = (points[j], points[i])
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { right = j } else if middle >= i { left = i } else { return }
        }
    }
}
