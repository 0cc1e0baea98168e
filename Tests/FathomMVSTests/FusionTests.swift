import FathomCore
import FathomGeometry
import FathomMVS
import FathomMedia
import Testing

@Suite struct FusionTests {
    private static let (width, height) = (160, 120)

    /// Distance of a point to the nearest plane of the scene.
    private func error(_ point: SIMD3<Float>, _ scene: PlaneScene) -> Double {
        scene.planes.map { plane in
            let offset = SIMD3<Double>(point) - plane.point
            let outside = max(0, abs(offset.x) - plane.reach.x) + max(0, abs(offset.y) - plane.reach.y)
            return abs(dot(offset, plane.normal)) + outside
        }.min()!
    }

    /// Share of points that have another within `radius`.
    private func duplicateShare(_ points: [SIMD3<Float>], radius: Float) -> Double {
        var cells: [SIMD3<Int32>: [Int]] = [:]
        func cell(_ p: SIMD3<Float>) -> SIMD3<Int32> { SIMD3<Int32>(p / radius, rounding: .down) }
        for (index, point) in points.enumerated() { cells[cell(point), default: []].append(index) }
        let duplicates = points.indices.count { index in
            let home = cell(points[index])
            return (0..<27).contains { n in
                let neighbor = home &+ SIMD3(Int32(n % 3 - 1), Int32(n / 3 % 3 - 1), Int32(n / 9 - 1))
                return (cells[neighbor] ?? []).contains { $0 != index && length(points[$0] - points[index]) < radius }
            }
        }
        return Double(duplicates) / Double(points.count)
    }

    @Test func pointsLieOnTheSurfaceOnce() throws {
        let scene = PlaneScene.twoPlanes
        let views = scene.render(views: 9, width: Self.width, height: Self.height)
        let (cloud, summary) = try PointFusion().fuse(views)
        let pixels = views.count * Self.width * Self.height
        #expect(summary.counts.pixels == pixels)
        #expect(summary.counts.items.map(\.count).reduce(0, +) == pixels)
        #expect(cloud.count == summary.counts.points)
        // One view sees nearly all; the others add their margins.
        #expect(cloud.count > Self.width * Self.height * 9 / 10 && cloud.count < Self.width * Self.height * 2)
        let spacing = Float(3.0 / Double(Self.width))
        #expect(duplicateShare(cloud.positions, radius: spacing / 2) < 0.05)

        for index in 0..<cloud.count {
            let point = SIMD3<Double>(cloud.positions[index])
            // The outline of the board blurs by up to a pixel.
            let isNearOutline = abs(abs(point.x) - 0.5) < 0.06 || abs(abs(point.y) - 0.4) < 0.06
            if isNearOutline { continue }
            let plane = scene.planes.min { abs(dot(point - $0.point, $0.normal)) < abs(dot(point - $1.point, $1.normal)) }!
            #expect(abs(dot(point - plane.point, plane.normal)) < 2e-3)
            #expect(dot(SIMD3<Double>(cloud.normals[index]), plane.normal) > 0.999)
            #expect(cloud.colors[index] == plane.color)
            #expect(cloud.viewCounts[index] >= 3)
        }
    }

    @Test func corruptedViewLeavesNoTrace() throws {
        let scene = PlaneScene.twoPlanes
        var views = scene.render(views: 9, width: Self.width, height: Self.height)
        corrupt(&views[0], columns: 0..<Self.width, rows: 0..<Self.height, amount: 0.4, seed: 11)
        let raw = try PointFusion().fuse(views)
        #expect(raw.summary.counts.tooFewViews > Self.width * Self.height * 9 / 10)

        // Filtering first says which test caught it, and leaves fusion nothing to reject.
        let filtered = try views.indices.map { index in
            let result = try DepthFilter().filter(
                reference: views[index], sources: views.indices.filter { $0 != index }.map { views[$0] })
            let caught = result.counts.depthEdge + result.counts.inconsistent + result.counts.speckle
            #expect((caught > Self.width * Self.height * 98 / 100) == (index == 0))
            return PosedDepth(
                camera: views[index].camera, cameraFromWorld: views[index].cameraFromWorld, depth: result.depth,
                color: views[index].color)
        }
        let sure = try PointFusion().fuse(filtered)
        #expect(sure.summary.counts.tooFewViews < raw.summary.counts.tooFewViews / 5)
        for cloud in [raw.cloud, sure.cloud] {
            #expect(cloud.count > Self.width * Self.height * 9 / 10)
            let wrong = cloud.positions.count { error($0, scene) > 0.04 }
            #expect(wrong * 1000 < cloud.count)
            #expect(duplicateShare(cloud.positions, radius: Float(1.5 / Double(Self.width))) < 0.05)
        }
    }

    @Test func floatersAreCarvedAway() throws {
        let scene = PlaneScene.twoPlanes
        let blob = PlaneScene.Plane(point: [0.9, 0.1, 2.5], normal: [0, 0, -1], reach: [0.15, 0.15], color: [0, 0, 255])
        let poses = PlaneScene.cameras(count: 10)
        let views = poses.enumerated().map { index, pose in
            let scene = index < 3 ? PlaneScene(planes: scene.planes + [blob]) : scene
            return scene.render(PlaneScene.camera(width: Self.width, height: Self.height), pose)
        }
        func floating(_ cloud: PointCloud) -> Int { cloud.positions.count { $0.z < 2.6 } }
        let carved = try PointFusion().fuse(views)
        #expect(carved.summary.counts.carved > 50)
        #expect(floating(carved.cloud) == 0)

        var options = FusionOptions()
        options.carvingMargin = 255
        #expect(floating(try PointFusion(options).fuse(views).cloud) > 50)
    }

    @Test func finerViewsAddDetail() throws {
        let scene = PlaneScene(planes: [PlaneScene.twoPlanes.planes[0]])
        let far = PlaneScene.cameras(count: 3, spread: 0.1).map { scene.render(PlaneScene.camera(width: 160, height: 120), $0) }
        let near = [-0.1, 0, 0.1].map { x in
            scene.render(
                PlaneScene.camera(width: 150, height: 110), .looking(from: [x, 0, 2.5], at: [x, 0, 4], up: [0, -1, 0]))
        }
        let without = try PointFusion().fuse(far).summary.counts
        let with = try PointFusion().fuse(far + near).summary.counts
        #expect(with.points > without.points + 150 * 110 / 2)
    }

    @Test func chainsOfNeighborsMakeNoDuplicates() throws {
        let views = PlaneScene.twoPlanes.render(views: 25, width: Self.width, height: Self.height, spread: 0.3)
        let byAngle = views.indices.sorted { views[$0].cameraFromWorld.center.x < views[$1].cameraFromWorld.center.x }
        var neighbors = [[Int]](repeating: [], count: views.count)
        for (place, view) in byAngle.enumerated() {
            neighbors[view] = (place - 2...place + 2).filter { $0 != place && views.indices.contains($0) }.map { byAngle[$0] }
        }
        var points: [SIMD3<Float>] = []
        _ = try PointFusion().fuse(
            neighbors: neighbors, memoryLimit: .max, load: { views[$0] }, emit: { points += $0.positions })
        #expect(points.count < Self.width * Self.height * 2)
        #expect(duplicateShare(points, radius: Float(1.5 / Double(Self.width))) < 0.05)
    }

    @Test func resultsDependNeitherOnThreadsNorOnMemory() throws {
        let views = PlaneScene.twoPlanes.render(views: 8, width: Self.width, height: Self.height)
        let neighbors = views.indices.map { own in [1, 2, 3].map { (own + $0) % 8 } }
        let bytes = Self.width * Self.height * 7
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let runs = try [(1, Int.max), (3, 5 * bytes)].map { threads, limit in
            ThreadPool.shared.threads = threads
            var cloud = PointCloud()
            let summary = try PointFusion().fuse(
                neighbors: neighbors, memoryLimit: limit, load: { views[$0] },
                emit: { part in
                    cloud.positions += part.positions
                    cloud.viewCounts += part.viewCounts
                })
            #expect(summary.peakBytes <= limit)
            return (cloud, summary)
        }
        #expect(runs[0].0.positions == runs[1].0.positions)
        #expect(runs[0].0.viewCounts == runs[1].0.viewCounts)
        #expect(runs[0].1.counts == runs[1].1.counts)
        #expect(runs[0].1.loads == 16 && runs[1].1.loads > 16)

        #expect(throws: FathomError.self) {
            try PointFusion().fuse(neighbors: neighbors, memoryLimit: 3 * bytes, load: { views[$0] }, emit: { _ in })
        }
    }

    @Test func photosForSomeViewsOnlyAreRefused() throws {
        var views = PlaneScene.twoPlanes.render(views: 3, width: 40, height: 30)
        views[2].color = nil
        #expect(throws: FathomError.self) { try PointFusion().fuse(views) }
        views[0].color = nil
        views[1].color = nil
        let cloud = try PointFusion().fuse(views).cloud
        #expect(cloud.count > 800 && cloud.colors.isEmpty)
    }
}
