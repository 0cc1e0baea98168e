import FathomCore
import FathomGeometry
import Testing

@Suite struct PointTreeNeighborsTests {
    /// Against sorting all points by distance and index; coordinates on a coarse lattice make many distances equal.
    @Test(arguments: [0, 1, 8, 9, 300, 4097]) func findsWhatSortingAllFinds(count: Int) {
        var random = SeededRandom(seed: UInt64(count) + 1)
        func point() -> SIMD3<Float> {
            SIMD3(Float(random.index(below: 16)), Float(random.index(below: 16)), Float(random.index(below: 3))) / 8
        }
        let points = (0..<count).map { _ in point() }
        let queries = (0..<60).map { index in index % 2 == 0 ? point() : point() + [0.03, -0.01, 0.02] }
        let tree = PointTree(points)
        func distanceSquared(_ index: Int, _ query: SIMD3<Float>) -> Float { dot(points[index] - query, points[index] - query) }
        func check(_ hits: [PointTree.Hit], _ expected: some Sequence<Int>, _ query: SIMD3<Float>) {
            #expect(hits.map(\.index) == Array(expected))
            #expect(hits.allSatisfy { $0.distanceSquared == distanceSquared($0.index, query) })
        }
        for query in queries {
            let all = points.indices.sorted { (distanceSquared($0, query), $0) < (distanceSquared($1, query), $1) }
            for k in [0, 1, 2, 7, 16, 5000] { check(tree.nearest(k, to: query), all.prefix(k), query) }
            let limit: Float = 0.25
            let near = all.filter { distanceSquared($0, query) < limit * limit }
            check(tree.points(within: limit, of: query), near, query)
            check(tree.nearest(9, to: query, within: limit), near.prefix(9), query)
        }
        #expect(tree.nearest(5, toEach: queries) == queries.map { tree.nearest(5, to: $0) })
    }
}
