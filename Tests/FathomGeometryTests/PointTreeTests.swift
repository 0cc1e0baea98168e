import FathomCore
import FathomGeometry
import Testing

@Suite struct PointTreeTests {
    @Test(arguments: [0, 1, 7, 8, 9, 17, 1000, 4097]) func findsWhatASearchOfAllFinds(count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        func point(_ spread: Double) -> SIMD3<Float> {
            SIMD3(Float(random.uniform(-spread..<spread)), Float(random.uniform(-1..<1)), Float(random.uniform(-0.1..<0.1)))
        }
        // Repeated and non-finite points among the others.
        var points = (0..<count).map { _ in point(1) }
        for index in stride(from: 3, to: count, by: 10) { points[index] = points[index / 2] }
        for index in stride(from: 5, to: count, by: 50) { points[index].y = .nan }
        let tree = PointTree(points)
        #expect(tree.count == points.count { $0.y.isFinite })
        for _ in 0..<200 {
            let query = point(2)
            let distances = points.map { dot($0 - query, $0 - query) }.filter { !$0.isNaN }
            let hit = tree.nearest(to: query)
            #expect(hit?.distanceSquared == distances.min())
            if let hit { #expect(dot(points[hit.index] - query, points[hit.index] - query) == hit.distanceSquared) }
            let near = tree.nearest(to: query, within: 0.2)
            #expect(near == (hit.flatMap { $0.distanceSquared < Float(0.2) * 0.2 ? $0 : nil }))
        }
    }
}
