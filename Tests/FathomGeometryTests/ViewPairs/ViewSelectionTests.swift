import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Glibc
import Testing

@Suite struct ViewSelectionTests {
    /// A row of cameras looking along z at `spacing`, with points on a wavy wall at depth 8…12.
    private func wall(cameras: Int, spacing: Double, points: Int) -> Scene {
        let camera = Camera(width: 640, height: 480, fx: 500, fy: 500, cx: 320, cy: 240)
        let views = (0..<cameras).map { index in
            View(
                stem: "\(index)", imagePath: "", camera: camera,
                cameraFromWorld: Pose(rotation: .identity, translation: [-spacing * Double(index), 0, 0]))
        }
        var random = SeededRandom(seed: 3)
        let cloud = (0..<points).map { _ in
            let (x, y) = (random.uniform(-6..<10), random.uniform(-4..<4))
            let position = SIMD3(x, y, 10 + 2 * sin(x))
            let seenBy = views.indices.filter { view in
                let pixel = camera.project(views[view].cameraFromWorld * position)
                return pixel.map { $0.x >= 0 && $0.y >= 0 && $0.x <= 640 && $0.y <= 480 } ?? false
            }
            return SparsePoint(position: position, color: .zero, views: seenBy)
        }
        return Scene(views: views, points: cloud, format: "test")
    }

    /// The score of a pair is the sum of weights over its common points, computed here pair by pair.
    @Test func scoresMatchTheDefinition() throws {
        let scene = wall(cameras: 6, spacing: 0.45, points: 300)
        let plans = try ViewSelection.select(scene, count: 5)
        #expect(plans.map(\.reference) == Array(0..<6))
        for plan in plans {
            let expected = scene.views.indices.filter { $0 != plan.reference }.map { other -> (Int, Double) in
                var score = 0.0
                for point in scene.points where point.views.contains(other) && point.views.contains(plan.reference) {
                    let a = normalize(scene.views[other].cameraFromWorld.center - point.position)
                    let b = normalize(scene.views[plan.reference].cameraFromWorld.center - point.position)
                    let theta = acos(min(1, dot(a, b))) * 180 / .pi
                    let sigma = theta <= 5 ? 1.0 : 10.0
                    score += exp(-(theta - 5) * (theta - 5) / (2 * sigma * sigma))
                }
                return (other, score)
            }.sorted { $0.1 > $1.1 }
            #expect(plan.sources == expected.map(\.0))
            for (score, (_, value)) in zip(plan.scores, expected) { #expect(abs(score - value) < 1e-6 * value) }
        }
    }

    @Test func rangesComeFromPoints() throws {
        for plan in try ViewSelection.select(wall(cameras: 5, spacing: 0.5, points: 4000), count: 3) {
            #expect(abs(plan.depthRange.lowerBound - 0.8 * 8) < 0.05 && abs(plan.depthRange.upperBound - 1.25 * 12) < 0.05)
        }
    }

    /// A view that sees too few points borrows those its neighbours see inside its image.
    @Test func aBlindViewBorrowsPoints() throws {
        var scene = wall(cameras: 5, spacing: 0.5, points: 4000)
        var left = 10
        for index in scene.points.indices {
            if left > 0 && scene.points[index].views.contains(1) {
                left -= 1
            } else {
                scene.points[index].views.removeAll { $0 == 1 }
            }
        }
        let plan = try #require(try ViewSelection.select(scene, count: 3).first { $0.reference == 1 })
        #expect(abs(plan.depthRange.lowerBound - 6.4) < 0.1 && abs(plan.depthRange.upperBound - 15) < 0.1)
    }

    /// Without points, parallel cameras get the range that parallax resolves: the median of 0.5, 0.5, 1, 1 and the widest.
    @Test func parallelCamerasUseParallax() throws {
        let plans = try ViewSelection.select(wall(cameras: 5, spacing: 0.5, points: 0), count: 2)
        #expect(plans.count == 5)
        #expect(abs(plans[2].depthRange.upperBound - 1 * 500) < 1e-9)
        #expect(abs(plans[2].depthRange.lowerBound - 0.5 * 0.75 * 500 / (0.3 * 640)) < 1e-9)
    }

    @Test func convergingCamerasUseTheirFocus() throws {
        var scene = wall(cameras: 12, spacing: 0, points: 0)
        for index in 0..<12 {
            let angle = Double(index) * .pi / 6
            scene.views[index].cameraFromWorld = .looking(
                from: [4 * cos(angle) + 1, 4 * sin(angle) + 2, 1.5], at: [1, 2, 0.5], up: [0, 0, 1])
        }
        let depth = (16 + 1.0).squareRoot()
        for plan in try ViewSelection.select(scene, count: 2) {
            let neighbors = [(plan.reference + 1) % 12, (plan.reference + 11) % 12]
            #expect(Set(plan.sources) == Set(neighbors))
            #expect(abs((plan.depthRange.lowerBound * plan.depthRange.upperBound).squareRoot() - depth) < 1e-9)
        }
        // A box replaces both; its corners are 4.1 ± 0.7 away, the camera beside it is left out.
        scene.bounds = Bounds(lower: [0.6, 1.6, 0.1], upper: [1.4, 2.4, 0.9])
        scene.views[3].cameraFromWorld = .looking(from: [1, 6, 1.5], at: [1, 16, 1.5], up: [0, 0, 1])
        let boxed = try ViewSelection.select(scene, count: 2)
        #expect(boxed.count == 11)
        for plan in boxed {
            #expect(plan.depthRange.lowerBound > depth - 0.8 && plan.depthRange.upperBound < depth + 0.8)
        }
    }

    /// Recommended sources are taken in their order; the depths stay, and views without recommendations are ranked.
    @Test(arguments: [0, 300])
    func recommendedSourcesAreTaken(points: Int) throws {
        var scene = wall(cameras: 6, spacing: 0.45, points: points)
        let ranked = try ViewSelection.select(scene, count: 2)
        scene.pairs = [[RankedView]](repeating: [], count: 6)
        scene.pairs[1] = [5, 4, 0].map { RankedView(view: $0, score: Double($0)) }
        scene.views[1].depthRange = 7...13
        let plans = try ViewSelection.select(scene, count: 2)
        #expect(plans[1].sources == [5, 4] && plans[1].scores == [5, 4] && plans[1].depthRange == 7...13)
        for index in [0, 2, 3, 4, 5] {
            #expect(plans[index].sources == ranked[index].sources && plans[index].depthRange == ranked[index].depthRange)
        }
    }

    @Test func hopelessScenesAreRefusedWithTheReason() throws {
        let scene = wall(cameras: 4, spacing: 1, points: 0)
        func message(_ change: (inout Scene) -> Void) -> String {
            var copy = scene
            change(&copy)
            let error = #expect(throws: FathomError.self) { try ViewSelection.select(copy, count: 3) }
            #expect(error?.code == .inputInvalid)
            return error?.message ?? ""
        }
        #expect(message { $0.views.removeLast(3) }.contains("two or more"))
        #expect(message { for v in $0.views.indices { $0.views[v].cameraFromWorld = .identity } }.contains("same place"))
        #expect(
            message {
                for v in $0.views.indices {
                    let angle = Double(v) * .pi / 2
                    $0.views[v].cameraFromWorld = .looking(
                        from: [cos(angle), sin(angle), 0], at: [9 * cos(angle), 9 * sin(angle), 0], up: [0, 0, 1])
                }
            }.contains("common part"))
        #expect(message { $0.bounds = Bounds(lower: [0, 0, -9], upper: [1, 1, -8]) }.contains("bounds"))
    }

    /// Ranges found from cameras alone hold what really is there and are not absurdly wide.
    @Test(.needsSharedMaterial)
    func rangesHoldTheTruthOfRealScenes() throws {
        let dtu = try ViewSelection.select(SceneReader.read(SharedMaterial.path("data/dtu-scan24")), count: 4)
        #expect(dtu.count == 49)
        for plan in dtu {
            #expect(plan.depthRange.contains(425) && plan.depthRange.contains(935) && plan.widthFactor < 3)
        }
        let room = try SceneReader.read(SharedMaterial.path("data/livingroom"))
        let plans = try ViewSelection.select(room, count: 4)
        #expect(plans.count == 48)
        for plan in plans {
            let truth = try quantiles("livingroom/depth/\(room.views[plan.reference].stem).png")
            #expect(plan.depthRange.contains(truth.low) && plan.depthRange.contains(truth.high) && plan.widthFactor < 7)
        }
        var temple = try SceneReader.read(SharedMaterial.path("data/temple-sparse-ring"))
        let free = try ViewSelection.select(temple, count: 4)
        temple.bounds = Bounds(lower: [-0.073568, 0.021728, -0.012445], upper: [0.028855, 0.181892, 0.062736])
        for (plan, boxed) in zip(free, try ViewSelection.select(temple, count: 4)) {
            let box = boxed.depthRange
            #expect(plan.depthRange.contains(box.lowerBound) && plan.depthRange.contains(box.upperBound))
            #expect(plan.widthFactor < 2.5 && boxed.widthFactor < 1.4)
        }
        // With its depth images hidden, the hand-held video has only parallax to go by.
        var video = try SceneReader.read(SharedMaterial.path("data/7-scenes"))
        let measured = try ViewSelection.select(video, count: 4)
        for index in video.views.indices { video.views[index].depthRange = nil }
        for (plan, blind) in zip(measured, try ViewSelection.select(video, count: 4)) {
            let frame = video.views[plan.reference].stem.replacing(".color", with: ".depth")
            let truth = try quantiles("7-scenes/\(frame).png")
            #expect(plan.depthRange.contains(truth.low) && plan.depthRange.contains(truth.high) && plan.widthFactor < 15)
            #expect(blind.depthRange.contains(truth.low) && blind.depthRange.contains(truth.high))
        }
    }

    /// Depths in metres, 0.5 % and 99.5 % of the valid pixels of a depth image in millimetres.
    private func quantiles(_ name: String) throws -> (low: Double, high: Double) {
        guard case .u16(let depth) = try ImageFile.read(SharedMaterial.path("data/\(name)")).samples else { return (0, 0) }
        let sorted = depth.samples.array.filter { $0 > 0 && $0 < 65535 }.sorted()
        return (Double(sorted[sorted.count / 200]) / 1000, Double(sorted[sorted.count * 199 / 200]) / 1000)
    }
}

extension ReferencePlan {
    /// Farthest depth over nearest.
    fileprivate var widthFactor: Double { depthRange.upperBound / depthRange.lowerBound }
}
