import FathomCore
import FathomGeometry
import Testing

@Suite struct VoxelGridTests {
    private static let points: [SIMD3<Float>] = {
        var random = SeededRandom(seed: 4)
        return (0..<5001).map { _ in SIMD3<Float>(SIMD3(random.normal(), 3 * random.normal(), random.uniform() - 90)) }
    }()

    /// Against a dictionary of cell coordinates.
    @Test func cellsAreThoseOfTheDefinition() throws {
        let size: Float = 0.37
        let grid = try VoxelGrid(Self.points, cellSize: size)
        let lower = Self.points.reduce(Self.points[0]) { pointwiseMin($0, $1) }
        var numbers: [SIMD3<Int32>: UInt32] = [:]
        for (point, cell) in zip(Self.points, grid.cellOfPoint) {
            let key = SIMD3<Int32>((point - lower) / size, rounding: .down)
            let expected = numbers[key] ?? UInt32(numbers.count)
            numbers[key] = expected
            #expect(cell == expected)
        }
        #expect(grid.count == numbers.count && grid.count > 500)
    }

    @Test func thinningAverages() throws {
        let cloud = PointCloud(
            positions: [[0, 0, 0], [0.5, 0.25, 0.5], [3, 0, 0], [0.25, 0.5, 0.25]],
            normals: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]],
            colors: [[0, 10, 255], [3, 20, 255], [9, 9, 9], [6, 30, 255]],
            confidences: [0.5, 0.75, 0.1, 0.25], viewCounts: [2, 1, 7, 4])
        let thin = try cloud.thinned(cell: 1)
        #expect(thin.positions == [[0.25, 0.25, 0.25], [3, 0, 0]])
        #expect(length(thin.normals[0] - normalize(SIMD3(1, 1, 0))) < 1e-6 && thin.normals[1] == [0, 0, 1])
        #expect(thin.colors == [[3, 20, 255], [9, 9, 9]])
        #expect(thin.confidences == [0.75, 0.1] && thin.viewCounts == [4, 7])
        #expect(try PointCloud().thinned(cell: 1).count == 0)
    }

    @Test func hopelessGridsAreRefused() {
        #expect(throws: FathomError.self) { try VoxelGrid([[0, 0, 0], [1e9, 0, 0]], cellSize: 1e-3) }
        #expect(throws: FathomError.self) { try VoxelGrid([[0, .nan, 0]], cellSize: 1) }
    }
}
