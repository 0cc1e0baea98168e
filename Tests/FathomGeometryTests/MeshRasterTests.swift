import FathomCore
import FathomGeometry
import FathomMedia
import Testing

@Suite struct MeshRasterTests {
    let camera = Camera(width: 83, height: 61, fx: 70, fy: 66, cx: 40.3, cy: 31.9)

    /// Random triangles, some behind the camera, some reaching through it, against the definition: per pixel, the nearest
    /// intersection of its ray with all triangles.
    @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithRaysThroughEveryTriangle(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var mesh = Mesh()
        for _ in 0..<60 {
            let centre = SIMD3<Float>.random(in: -4...4, using: &random)
            for _ in 0..<3 { mesh.positions.append(centre + SIMD3<Float>.random(in: -2...2, using: &random)) }
            let n = UInt32(mesh.positions.count)
            mesh.triangles.append([n - 3, n - 2, n - 1])
        }
        let pose = Pose.looking(from: [0.3, -0.2, -1.5], at: [0, 0.5, 2], up: [0.1, -1, 0])
        let seen = MeshRaster.render(mesh, camera: camera, cameraFromWorld: pose)
        var wrong = 0
        for y in 0..<camera.height {
            for x in 0..<camera.width {
                let truth = nearest(mesh, pose, Double(x) + 0.5, Double(y) + 0.5)
                let same = seen.triangle[x, y] == truth.triangle
                let close =
                    seen.depth[x, y].isNaN
                    ? truth.depth == .infinity : abs(Double(seen.depth[x, y]) / truth.depth - 1) < 1e-5
                if !(same && close) { wrong += 1 }
            }
        }
        // Corners snapped to 1/256 pixel decide a few outlines differently.
        #expect(wrong < 83 * 61 / 200)
    }

    /// A closed fan around an interior vertex covers each pixel exactly once, for any vertex position.
    @Test func sharedEdgesLeaveNoHolesAndDrawNothingTwice() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<50 {
            let hub = SIMD2(random.uniform(5..<75), random.uniform(5..<55))
            let corners: [SIMD2<Double>] = [
                [-3, -3], [40, -9], [90, -2], [95, 30], [88, 70], [35, 66], [-8, 64], [-5, 25],
            ]
            var mesh = Mesh()
            for p in [hub] + corners {
                mesh.positions.append(SIMD3<Float>(SIMD3<Double>((p.x - 40.3) / 70 * 2, (p.y - 31.9) / 66 * 2, 2)))
            }
            mesh.triangles = (0..<8).map { [0, 1 + $0, 1 + ($0 + 1) % 8] }
            var covered = [Int](repeating: 0, count: camera.width * camera.height)
            for triangle in mesh.triangles {
                var one = mesh
                one.triangles = [triangle]
                let seen = MeshRaster.render(one, camera: camera, cameraFromWorld: .identity)
                for i in 0..<covered.count where seen.triangle.samples[i] == 0 { covered[i] += 1 }
            }
            #expect(covered.allSatisfy { $0 == 1 })
        }
    }

    @Test func groundReachesFromBelowTheCameraToTheHorizon() {
        let s: Float = 1e5
        let mesh = Mesh(positions: [[-s, 1, -s], [s, 1, -s], [s, 1, s], [-s, 1, s]], triangles: [[0, 1, 2], [0, 2, 3]])
        let seen = MeshRaster.render(mesh, camera: camera, cameraFromWorld: .identity)
        for y in 0..<camera.height {
            let slope = (Double(y) + 0.5 - camera.cy) / camera.fy
            for x in [0, 40, 82] {
                if slope > 0 {
                    #expect(abs(Double(seen.depth[x, y]) * slope - 1) < 1e-6)
                } else {
                    #expect(seen.depth[x, y].isNaN && seen.triangle[x, y] == RasterizedMesh.emptyTriangle)
                }
            }
        }
    }

    @Test func brokenCornersAreSkipped() {
        let mesh = Mesh(
            positions: [[-1, -1, 2], [1, -1, 2], [0, 1, 2], [.nan, 0, 2], [.infinity, 0, 2], [1e38, 1e38, 1e-38]],
            triangles: [[0, 1, 3], [1, 2, 4], [0, 0, 1], [2, 5, 0]])
        let seen = MeshRaster.render(mesh, camera: camera, cameraFromWorld: .identity)
        #expect(seen.triangle.samples.array.allSatisfy { $0 == RasterizedMesh.emptyTriangle || $0 == 3 })
    }

    @Test func colorsAndCoverageFollowTheTriangle() {
        // A red-to-blue square over the left half of the image, its right side in the middle of pixel 40.
        let right = Float((40.5 - 40.3) / 70)
        let mesh = Mesh(
            positions: [[-2, -2, 1], [right, -2, 1], [right, 2, 1], [-2, 2, 1]],
            colors: [[200, 0, 0], [200, 0, 0], [0, 0, 200], [0, 0, 200]], triangles: [[0, 1, 2], [0, 2, 3]])
        let seen = MeshShading.colors(of: mesh, camera: camera, cameraFromWorld: .identity)
        #expect(seen.coverage[10, 30] == 255 && seen.coverage[40, 30] == 127 && seen.coverage[41, 30] == 0)
        for y in [3, 30, 58] {
            let share = ((Double(y) + 0.5 - camera.cy) / camera.fy + 2) / 4
            #expect(abs(Double(seen.image[20, y, 0]) - 200 * (1 - share)) < 1.5)
            #expect(abs(Double(seen.image[20, y, 2]) - 200 * share) < 1.5)
        }
        let picture = MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: .identity)
        #expect(picture[80, 2] > 240 && picture[10, 30] < 240)
    }

    private func nearest(_ mesh: Mesh, _ pose: Pose, _ u: Double, _ v: Double) -> (depth: Double, triangle: UInt32) {
        let ray = SIMD3((u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, 1)
        var best = (depth: Double.infinity, triangle: RasterizedMesh.emptyTriangle)
        for (index, corners) in mesh.triangles.enumerated() {
            let (a, b, c) = (
                pose * SIMD3<Double>(mesh.positions[Int(corners.x)]), pose * SIMD3<Double>(mesh.positions[Int(corners.y)]),
                pose * SIMD3<Double>(mesh.positions[Int(corners.z)])
            )
            let normal = cross(b - a, c - a)
            let depth = dot(normal, a) / dot(normal, ray)
            let p = ray * depth
            let inside = [(a, b), (b, c), (c, a)].allSatisfy { dot(cross($0.1 - $0.0, p - $0.0), normal) >= 0 }
            if inside, depth > 0, depth < best.depth { best = (depth, UInt32(index)) }
        }
        return best
    }
}
