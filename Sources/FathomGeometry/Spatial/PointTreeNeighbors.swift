import FathomCore

extension PointTree {
    /// The `count` points closest to `query` and nearer than `limit`, nearest first, equal distances by index.
    public func nearest(_ count: Int, to query: SIMD3<Float>, within limit: Float = .infinity) -> [Hit] {
        var heap = NearestHeap(capacity: min(max(count, 0), self.count), reach: limit * limit)
        if heap.capacity > 0 { collect(around: query, into: &heap) }
        return heap.hits.sorted(by: Self.precedes)
    }

    /// All points nearer than `radius` to `query`, nearest first, equal distances by index.
    public func points(within radius: Float, of query: SIMD3<Float>) -> [Hit] {
        var ball = Ball(reach: radius * radius)
        collect(around: query, into: &ball)
        return ball.hits.sorted(by: Self.precedes)
    }

    /// The `count` points closest to each query, as `nearest(_:to:within:)` returns them; parallel over queries.
    public func nearest(_ count: Int, toEach queries: [SIMD3<Float>], within limit: Float = .infinity) -> [[Hit]] {
        let grain = 256
        let parts = stride(from: 0, to: queries.count, by: grain).map { $0..<min(queries.count, $0 + grain) }
        return parts.parallelMap { part in queries[part].map { nearest(count, to: $0, within: limit) } }.flatMap { $0 }
    }

    static func precedes(_ a: Hit, _ b: Hit) -> Bool {
        a.distanceSquared != b.distanceSquared ? a.distanceSquared < b.distanceSquared : a.index < b.index
    }

    private func collect(around query: SIMD3<Float>, into collector: inout some PointCollector) {
        withPointers(points, axes, splits) { points, axes, splits in
            let walk = TreeWalk(points: points, axes: axes, splits: splits, inner: self.axes.count, query: query)
            walk.visit(0, 0, count, &collector)
        }
    }
}

/// Takes the points that a walk through the tree meets.
private protocol PointCollector {
    /// Squared distance beyond which nothing is taken any more.
    var reach: Float { get }
    mutating func offer(_ hit: PointTree.Hit)
}

private struct Ball: PointCollector {
    let reach: Float
    var hits: [PointTree.Hit] = []

    mutating func offer(_ hit: PointTree.Hit) {
        if hit.distanceSquared < reach { hits.append(hit) }
    }
}

/// The best `capacity` hits so far, as a heap whose first one is the worst.
private struct NearestHeap: PointCollector {
    let capacity: Int
    private(set) var reach: Float
    private(set) var hits: [PointTree.Hit] = []

    init(capacity: Int, reach: Float) {
        self.capacity = capacity
        self.reach = reach
        hits.reserveCapacity(capacity)
    }

    mutating func offer(_ hit: PointTree.Hit) {
        if hits.count < capacity {
            // The limit itself is excluded; among equals the lower index wins.
            guard hit.distanceSquared < reach else { return }
            hits.append(hit)
            var child = hits.count - 1
            while child > 0, PointTree.precedes(hits[(child - 1) / 2], hits[child]) {
                hits.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if PointTree.precedes(hit, hits[0]) {
            hits[0] = hit
            var parent = 0
            while true {
                var worst = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < capacity && PointTree.precedes(hits[worst], hits[child]) {
                    worst = child
                }
                if worst == parent { break }
                hits.swapAt(worst, parent)
                parent = worst
            }
        }
        // One ulp more than the worst, so that an equal distance with a lower index is still met.
        if hits.count == capacity { reach = hits[0].distanceSquared.nextUp }
    }
}

private struct TreeWalk {
    let points: SharedPointer<SIMD4<Float>>
    let axes: SharedPointer<UInt8>
    let splits: SharedPointer<Float>
    let inner: Int
    let query: SIMD3<Float>

    func visit(_ node: Int, _ lower: Int, _ upper: Int, _ collector: inout some PointCollector) {
        if node >= inner {
            for place in lower..<upper {
                let point = points[place]
                let offset = SIMD3(point.x, point.y, point.z) - query
                collector.offer(PointTree.Hit(index: Int(point.w.bitPattern), distanceSquared: dot(offset, offset)))
            }
            return
        }
        let middle = (lower + upper) / 2
        let offset = query[Int(axes[node])] - splits[node]
        let nearFirst = offset < 0
        if nearFirst { visit(2 * node + 1, lower, middle, &collector) } else { visit(2 * node + 2, middle, upper, &collector) }
        if offset * offset >= collector.reach { return }
        if nearFirst { visit(2 * node + 2, middle, upper, &collector) } else { visit(2 * node + 1, lower, middle, &collector) }
    }
}
