/// Builds the nodes of a `TriangleBVH`.
struct TriangleBVHBuilder {
    private(set) var nodes: [TriangleBVH.Node] = []
    /// Triangle indices in the order of the leaves.
    private(set) var order: [UInt32]
    private let bounds: [Box]

    private static let bins = 16
    private static let leafSize = 4
    /// Below this depth nodes are split in the middle of their list, which ends after 32 more levels at the latest.
    private static let greedyDepth = 32

    private struct Box {
        var lower = SIMD3<Float>(repeating: .infinity)
        var upper = SIMD3<Float>(repeating: -.infinity)

        var center: SIMD3<Float> { (lower + upper) * 0.5 }

        var halfArea: Float {
            let d = upper - lower
            return d.x * d.y + d.y * d.z + d.z * d.x
        }

        @inline(__always)
        mutating func include(_ box: Box) {
            lower = pointwiseMin(lower, box.lower)
            upper = pointwiseMax(upper, box.upper)
        }

        @inline(__always)
        mutating func include(_ p: SIMD3<Float>) {
            lower = pointwiseMin(lower, p)
            upper = pointwiseMax(upper, p)
        }
    }

    init(_ mesh: Mesh) {
        order = (0..<UInt32(mesh.triangles.count)).map { $0 }
        bounds = mesh.triangles.map { t in
            var box = Box()
            for i in 0..<3 { box.include(mesh.positions[Int(t[i])]) }
            return box
        }
    }

    mutating func build() {
        guard !order.isEmpty else { return }
        nodes.reserveCapacity(order.count)
        nodes.append(TriangleBVH.Node(lower: .zero, upper: .zero))
        var open: [(node: Int, range: Range<Int>, depth: Int)] = [(0, order.indices, 0)]
        while let (node, range, depth) = open.popLast() {
            var box = Box()
            for i in range { box.include(bounds[Int(order[i])]) }
            let isLeaf = range.count <= Self.leafSize
            let first = isLeaf ? range.lowerBound : nodes.count
            var (lower, upper) = (SIMD4(box.lower, 0), SIMD4(box.upper, 0))
            lower.w = Float(bitPattern: UInt32(first))
            upper.w = Float(bitPattern: UInt32(isLeaf ? range.count : 0))
            nodes[node] = TriangleBVH.Node(lower: lower, upper: upper)
            guard !isLeaf else { continue }
            let middle = depth < Self.greedyDepth ? split(range) : range.lowerBound + range.count / 2
            nodes.append(TriangleBVH.Node(lower: .zero, upper: .zero))
            nodes.append(TriangleBVH.Node(lower: .zero, upper: .zero))
            open.append((first, range.lowerBound..<middle, depth + 1))
            open.append((first + 1, middle..<range.upperBound, depth + 1))
        }
    }

    /// Reorders a range about the cheapest of the bin borders along its longest axis and returns where the halves meet.
    private mutating func split(_ range: Range<Int>) -> Int {
        var centers = Box()
        for i in range { centers.include(bounds[Int(order[i])].center) }
        let extent = centers.upper - centers.lower
        let axis = extent.x >= extent.y && extent.x >= extent.z ? 0 : extent.y >= extent.z ? 1 : 2
        let origin = centers.lower[axis]
        let scale = Float(Self.bins) / extent[axis]
        guard scale.isFinite else { return range.lowerBound + range.count / 2 }
        func bin(_ triangle: UInt32) -> Int { min(Int((bounds[Int(triangle)].center[axis] - origin) * scale), Self.bins - 1) }

        var boxes = [Box](repeating: Box(), count: Self.bins)
        var counts = [Int](repeating: 0, count: Self.bins)
        for i in range {
            let b = bin(order[i])
            boxes[b].include(bounds[Int(order[i])])
            counts[b] += 1
        }
        var costs = [Float](repeating: 0, count: Self.bins)
        for upward in [true, false] {
            var (box, count) = (Box(), 0)
            for step in 0..<Self.bins - 1 {
                let b = upward ? step : Self.bins - 1 - step
                box.include(boxes[b])
                count += counts[b]
                if count > 0 { costs[upward ? b : b - 1] += box.halfArea * Float(count) }
            }
        }
        let border = (0..<Self.bins - 1).min { costs[$0] < costs[$1] } ?? 0
        let middle = order[range].partition { bin($0) > border }
        return middle > range.lowerBound && middle < range.upperBound ? middle : range.lowerBound + range.count / 2
    }
}
