import FathomCore
import FathomEvaluation
import FathomGeometry
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Poses judged by others after a similarity.
struct PoseEvaluatorTests {
    /// Twelve cameras around and above the origin, looking at it.
    private let rig: Scene = {
        let views = (0..<12).map { index -> View in
            let angle = 2 * Double.pi * Double(index) / 12
            let eye = SIMD3(4 * cos(angle), 4 * sin(angle), 1 + 0.3 * Double(index % 3))
            return View(
                stem: "v\(index)", imagePath: "v\(index).png", camera: Camera(width: 8, height: 8, fx: 8, fy: 8, cx: 4, cy: 4),
                cameraFromWorld: .looking(from: eye, at: .zero, up: [0, 0, 1]))
        }
        return Scene(views: views, format: "test")
    }()

    private static let turn = Matrix3(quaternion: [0.3, -0.7, 0.2, 0.5])

    /// The rig in a world that is turned, moved and scaled, with each camera turned by `angle` degrees about an axis of its own
    /// and moved by `offset`.
    private func moved(scale: Double, angle: Double = 0, offset: Double = 0) -> Scene {
        var scene = rig
        var random = SeededRandom(seed: 2)
        func direction() -> SIMD3<Double> {
            normalize(SIMD3(random.normalPair().0, random.normalPair().0, random.normalPair().0))
        }
        for index in scene.views.indices {
            let pose = scene.views[index].cameraFromWorld
            let center = scale * (Self.turn * (pose.center + offset * direction())) + [7, -2, 40]
            let half = angle / 2 * .pi / 180
            let axis = sin(half) * direction()
            let rotation = Matrix3(quaternion: [cos(half), axis.x, axis.y, axis.z]) * pose.rotation * Self.turn.transposed
            scene.views[index].cameraFromWorld = Pose(rotation: rotation, translation: -(rotation * center))
        }
        return scene
    }

    private func figures(_ prediction: Scene) throws -> [String: Double] {
        try Dictionary(uniqueKeysWithValues: PoseEvaluator.evaluate(prediction, truth: rig).figures.map { ($0.name, $0.value) })
    }

    @Test func anExactSimilarityIsUndone() throws {
        let figures = try figures(moved(scale: 0.37))
        #expect(figures["rotation_max_degrees"]! < 1e-6)
        #expect(figures["center_max_relative"]! < 1e-12)
        #expect(abs(figures["scale"]! * 0.37 - 1) < 1e-12)
        #expect(figures["views"] == 12 && figures["missing"] == 0)
        #expect(abs(figures["extent"]! - 8) < 0.1)
    }

    /// Turning cameras in place leaves their centres, so that the angles come out exactly; what centres are off by is told as a
    /// share of the rig.
    @Test func errorsComeOutAsTheyWerePutIn() throws {
        let turned = try figures(moved(scale: 5, angle: 0.8))
        #expect(abs(turned["rotation_max_degrees"]! - 0.8) < 1e-9 && abs(turned["rotation_median_degrees"]! - 0.8) < 1e-9)
        #expect(turned["center_max_relative"]! < 1e-12)

        let shifted = try figures(moved(scale: 0.1, offset: 0.05))
        let share = 0.05 / shifted["extent"]!
        #expect((0.4 * share...share).contains(shifted["center_median_relative"]!), "\(shifted)")
        #expect(shifted["center_max_relative"]! < 1.5 * share)
        #expect(shifted["rotation_max_degrees"]! < 1 && shifted["rotation_max_degrees"]! > 0.01)
    }

    @Test func viewsAreMatchedByStem() throws {
        var prediction = moved(scale: 2)
        prediction.views.reverse()
        prediction.views.removeFirst(2)
        prediction.views[0].stem = "other"
        let metrics = try PoseEvaluator.evaluate(prediction, truth: rig)
        #expect(metrics.views.count == 9 && metrics.views.allSatisfy { $0.center < 1e-9 })
        #expect(metrics.withoutPrediction == ["v9", "v10", "v11"] && metrics.withoutTruth == ["other"])
    }

    @Test func whatDeterminesNoSimilarityIsRefused() throws {
        var few = rig
        few.views.removeLast(10)
        #expect(throws: FathomError.self) { try PoseEvaluator.evaluate(few, truth: rig) }
        var line = rig
        for index in line.views.indices {
            let rotation = line.views[index].cameraFromWorld.rotation
            line.views[index].cameraFromWorld.translation = -(rotation * SIMD3(Double(index), 2 * Double(index), 5))
        }
        let error = #expect(throws: FathomError.self) { try PoseEvaluator.evaluate(line, truth: line) }
        #expect(error?.message.contains("lie on a line") == true)
    }
}
