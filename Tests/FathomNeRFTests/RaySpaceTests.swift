import FathomCore
import FathomGeometry
import FathomNeRF
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Rays of spaces against points of the world.
struct RaySpaceTests {
    private static let camera = Camera(width: 504, height: 378, fx: 400, fy: 410, cx: 250, cy: 190)

    private func view(_ pose: Pose, range: ClosedRange<Double>? = 2...9, mask: Bool = false) -> View {
        View(
            stem: "v", imagePath: "v.png", camera: Self.camera, cameraFromWorld: pose, maskPath: mask ? "m.png" : nil,
            depthRange: range)
    }

    /// Cameras side by side that look the same way.
    private var row: [View] {
        (0..<4).map { i in
            view(.looking(from: [Double(i) * 0.4, 0.1 * Double(i % 2), 0.05 * Double(i)], at: [0.6, 0, 6], up: [0, -1, 0]))
        }
    }

    /// Cameras around the origin.
    private func circle(mask: Bool) -> [View] {
        (0..<8).map { i in
            let angle = Double(i) * .pi / 4
            let eye = SIMD3(4 * cos(angle), 1, 4 * sin(angle))
            return view(.looking(from: eye, at: .zero, up: [0, 1, 0]), mask: mask)
        }
    }

    /// Points that views see, on the rays of the space: position in the cube and depth both ways.
    private func check(_ space: RaySpace, _ views: [View], depths: ClosedRange<Double>) {
        var random = SeededRandom(seed: 1)
        for _ in 0..<250 {
            for view in views {
                let (x, y) = (random.uniform(0..<504), random.uniform(0..<378))
                let z = random.uniform(depths.lowerBound..<depths.upperBound)
                let inCamera = z * SIMD3((x - 250) / 400, (y - 190) / 410, 1)
                let point = view.cameraFromWorld.inverse * inCamera
                let ray = space.ray(Self.camera, view.cameraFromWorld, x: x, y: y)
                let t = ray.depth.parameter(of: z)
                #expect(abs(ray.depth.depth(at: t) - z) < 1e-9 * z)
                let expected = space.cubePosition(of: point)
                var position = SIMD3<Double>(ray.origin) + t * SIMD3<Double>(ray.direction)
                if case .contracted = space {
                    let p = SIMD3<Double>(ray.origin) + z * SIMD3<Double>(ray.direction)
                    position = (length(p) > 1 ? (2 - 1 / length(p)) / length(p) * p : p) / 4 + 0.5
                }
                #expect(length(position - expected) < 1e-5)
                #expect(abs(FathomGeometry.length(SIMD3<Double>(ray.viewDirection)) - 1) < 1e-6)
                var isInside = all(expected .> 0) && all(expected .< 1)
                if case .box(let bounds, _) = space { isInside = bounds.contains(point) }
                if isInside { #expect(Double(ray.range.lowerBound) - 1e-6 <= t && t <= Double(ray.range.upperBound) + 1e-6) }
            }
        }
    }

    @Test func camerasThatLookTheSameWayShareTheirPerspective() throws {
        let space = try RaySpace.choose(for: row)
        guard case .forward(let forward) = space else {
            Issue.record("\(space) is no forward space")
            return
        }
        #expect(forward.near == 1.5)
        check(space, row, depths: 2...40)
        for view in row {
            let ray = space.ray(Self.camera, view.cameraFromWorld, x: 13, y: 370)
            // t is 1 − near / z of the reference camera: 0 on the near plane, 1 at infinity.
            #expect(ray.depth.depth(at: 1) == .infinity && ray.depth.parameter(of: .infinity) == 1)
            let z = ray.depth.depth(at: 0.3)
            let point = view.cameraFromWorld.inverse * (z * SIMD3((13 - 250) / 400, (370 - 190) / 410, 1))
            #expect(abs((forward.reference * point).z - 1.5 / 0.7) < 1e-9)
            // All that a camera sees lies in the cube.
            for t in [0, 0.5, 1] {
                let p = SIMD3<Double>(ray.origin) + t * SIMD3<Double>(ray.direction)
                #expect(all(p .>= 0) && all(p .<= 1))
            }
        }
    }

    @Test func rowsAndColumnsOfTheImageRunAlongTheCube() throws {
        let space = try RaySpace.choose(for: row)
        let pose = row[0].cameraFromWorld
        let (a, b) = (space.ray(Self.camera, pose, x: 0.5, y: 0.5), space.ray(Self.camera, pose, x: 503.5, y: 377.5))
        #expect(a.origin.x < b.origin.x && a.origin.y < b.origin.y)
    }

    @Test func boxesHoldWhatBoundsSay() throws {
        let bounds = Bounds(lower: [-1, -0.5, -0.8], upper: [1, 0.7, 0.8])
        let space = try RaySpace.choose(for: circle(mask: false), bounds: bounds)
        guard case .box(bounds, let depth) = space else {
            Issue.record("\(space) is no box")
            return
        }
        check(space, circle(mask: false), depths: depth)
        let pose = circle(mask: false)[0].cameraFromWorld
        // The middle of the image meets the box between its faces at x = ±1.
        let ray = space.ray(Self.camera, pose, x: 250, y: 190)
        for (t, face) in [(ray.range.lowerBound, 1.0), (ray.range.upperBound, -1.0)] {
            let p = pose.inverse * SIMD3(0, 0, ray.depth.depth(at: Double(t)))
            #expect(abs(p.x - face) < 1e-5)
        }
        #expect(space.ray(Self.camera, pose, x: 0.5, y: 0.5).range == 0...0)
    }

    @Test func placesWithoutBoundsAreContracted() throws {
        let views = circle(mask: false)
        let space = try RaySpace.choose(for: views)
        guard case .contracted(let ball, let depth) = space else {
            Issue.record("\(space) is not contracted")
            return
        }
        #expect(length(ball.center) < 1e-6 && abs(ball.radius - 17.0.squareRoot()) < 1e-6 && depth == 1.5...9)
        check(space, views, depths: depth)
        guard case .box(let box, _) = try RaySpace.choose(for: circle(mask: true)) else {
            Issue.record("masked views need no space around")
            return
        }
        #expect(abs(box.upper.x - 17.0.squareRoot() * 378 / 410 / 2) < 1e-6)
    }

    @Test func unknownDepthsAreRefused() {
        #expect { try RaySpace.choose(for: [view(.identity, range: nil)]) } throws: {
            ($0 as? FathomError)?.code == .inputInvalid
        }
    }
}
