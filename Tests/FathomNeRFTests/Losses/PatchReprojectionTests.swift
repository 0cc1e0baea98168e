import FathomGeometry
import FathomMedia
import FathomNeRF
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct PatchReprojectionTests {
    private static let camera = Camera(width: 96, height: 72, fx: 90, fy: 88, cx: 47, cy: 37)

    /// The plane z = 4 of the first camera, whose texture does not repeat.
    private func image(_ cameraFromWorld: Pose) -> PosedImage {
        var color = Raster<Float>(uninitializedWidth: 96, height: 72, channels: 3)
        let (eye, rays) = (cameraFromWorld.center, cameraFromWorld.rotation.transposed * Self.camera.inverseMatrix)
        for y in 0..<72 {
            for x in 0..<96 {
                let direction = rays * SIMD3(Double(x) + 0.5, Double(y) + 0.5, 1)
                let p = eye + (4 - eye.z) / direction.z * direction
                for c in 0..<3 {
                    let phase = 1.3 * Double(c)
                    color[x, y, c] = Float(
                        0.5 + 0.25 * sin(5 * p.x + 2 * p.y * p.y + phase) + 0.25 * cos(7 * p.y - p.x * p.x - phase))
                }
            }
        }
        return PosedImage(color: color, camera: Self.camera, cameraFromWorld: cameraFromWorld)
    }

    private var poses: [Pose] {
        // The reference; one beside it, turned; one far away, turned to the side.
        [
            .identity, .looking(from: [0.4, 0.1, 0.2], at: [0.1, 0, 4], up: [0.1, -1, 0]),
            .looking(from: [-2.5, 0.3, 0], at: [-2, 0, 4], up: [0, -1, 0]),
        ]
    }

    @Test func theRightDepthFitsBest() throws {
        let patches = PatchReprojection(poses.map(image))
        let depths: [Float] = [2, 3.5, 4, 4.5, 8, -1]
        for (x, y) in [(30, 30), (50, 20), (60, 40), (47, 36)] {
            let best = try #require(patches.best(of: depths, view: 0, x: x, y: y))
            #expect(best.index == 2 && best.error < 1e-4, "\(best)")
            let wrong = try #require(patches.error(view: 0, x: x, y: y, depth: 3.5))
            #expect(wrong > 10 * best.error, "\(wrong) \(best)")
        }
    }

    /// Without occlusion a plane of one colour is a plane of one colour in all views; one view that disagrees does not decide.
    @Test func theBestOfSeveralViewsCounts() throws {
        var images = poses.prefix(2).map(image)
        images.append(image(.looking(from: [-0.5, 0, 0], at: [-0.1, 0, 4], up: [0, -1, 0])))
        let clear = try #require(PatchReprojection(images).error(view: 0, x: 45, y: 33, depth: 4))
        // Something stands in front of the nearer of both other cameras.
        images[1] = PosedImage(
            color: Raster(width: 96, height: 72, channels: 3, repeating: 3), camera: Self.camera, cameraFromWorld: poses[1])
        let hidden = try #require(PatchReprojection(images).error(view: 0, x: 45, y: 33, depth: 4))
        #expect(clear < 1e-4 && hidden < 1e-4)
        #expect(try #require(PatchReprojection(images, sources: 1).error(view: 0, x: 45, y: 33, depth: 4)) > 1)
    }

    @Test func whatCannotBeComparedHasNoError() {
        let patches = PatchReprojection(poses.map(image))
        #expect(patches.error(view: 0, x: 1, y: 30, depth: 4) == nil && patches.error(view: 0, x: 40, y: 70, depth: 4) == nil)
        #expect(patches.error(view: 0, x: 40, y: 30, depth: 0) == nil && patches.error(view: 0, x: 40, y: 30, depth: .nan) == nil)
        // So near that it lies outside of all other photos.
        #expect(patches.error(view: 0, x: 40, y: 30, depth: 0.1) == nil)
        #expect(patches.best(of: [0, 0.1], view: 0, x: 40, y: 30) == nil)
        #expect(PatchReprojection([image(.identity)]).error(view: 0, x: 40, y: 30, depth: 4) == nil)
    }
}
