import FathomCore
import FathomGeometry
import FathomMedia
import FathomSynthetic
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SyntheticSceneTests {
    private func small(_ name: SceneName) -> (SyntheticScene, [Viewpoint]) {
        let scene = SyntheticScene(name, seed: 5)
        return (scene, scene.viewpoints(count: 4, width: 160, height: 120))
    }

    @Test(arguments: SceneName.allCases) func equalSeedsGiveEqualBytes(name: SceneName) {
        let (scene, views) = small(name)
        var settings = RenderSettings()
        settings.noise = 2
        settings.samplesPerSide = 1
        let first = scene.render(views[1], settings: settings)
        let again = SyntheticScene(name, seed: 5).render(views[1], settings: settings)
        #expect(first.color == again.color && first.mask == again.mask)
        // NaN differs from itself: compare the bits.
        #expect(first.depth.samples.array.map(\.bitPattern) == again.depth.samples.array.map(\.bitPattern))
        settings.seed = 1
        #expect(scene.render(views[1], settings: settings).color != first.color)
        #expect(SyntheticScene(name, seed: 6).render(views[1], settings: settings).color != first.color)
    }

    @Test func depthIsThatOfTheAnalyticPlaneAndSphere() {
        let (scene, _) = small(.objects)
        // Straight above the turntable's centre object, looking down: a sphere of radius 0.055 at (−0.07, 0.05, 0.215).
        let center = SIMD3(-0.07, 0.05, 0.215)
        let camera = Camera(width: 161, height: 161, fx: 300, fy: 300, cx: 80.5, cy: 80.5)
        let view = Viewpoint(
            camera: camera, cameraFromWorld: .looking(from: center + SIMD3(0, 0, 0.6), at: center, up: [0, 1, 0]))
        let rendered = scene.render(view)
        var (spherePixels, worst) = (0, 0.0)
        for y in 0..<161 {
            for x in 0..<161 {
                let (u, v) = ((Double(x) - 80) / 300, (Double(y) - 80) / 300)
                // |z (u, v, 1) − (0, 0, 0.6)|² = r².
                let a = u * u + v * v + 1
                let root = 0.36 - a * (0.36 - 0.055 * 0.055)
                guard root >= 0 else { continue }
                let z = (0.6 - root.squareRoot()) / a
                worst = max(worst, abs(Double(rendered.depth[x, y]) / z - 1))
                spherePixels += 1
            }
        }
        #expect(spherePixels > 2000 && worst < 1e-6)
        // The floor in the image corners: the plane z = −0.02.
        let wide = Viewpoint(
            camera: Camera(width: 64, height: 64, fx: 40, fy: 40, cx: 32, cy: 32),
            cameraFromWorld: .looking(from: [0, 0, 1.2], at: [0.3, 0.2, 0], up: [0, 1, 0]))
        let floor = scene.render(wide)
        for (x, y) in [(1, 1), (62, 1), (1, 62), (62, 62)] {
            let p = SIMD3((Double(x) + 0.5 - 32) / 40, (Double(y) + 0.5 - 32) / 40, 1) * Double(floor.depth[x, y])
            let world = wide.cameraFromWorld.inverse * p
            #expect(abs(world.z + 0.02) < 1e-6 * Double(floor.depth[x, y]))
            #expect(abs(floor.normal[x, y, 2] - 1) < 1e-6)
        }
    }

    /// A pixel's surface point, projected into another view that sees it, has the same depth and nearly the same colour there.
    @Test(arguments: SceneName.allCases) func visiblePointsReprojectOntoThemselves(name: SceneName) {
        let (scene, views) = small(name)
        let (a, b) = (views[1], views[2])
        let (first, second) = (scene.render(a), scene.render(b))
        let visibility = scene.visibility(of: a, in: b)
        var (visible, sameDepth, sameColor, hidden, behind) = (0, 0, 0, 0, 0)
        for y in 0..<120 {
            for x in 0..<160 where visibility[x, y] != .outside {
                let ray = SIMD3((Double(x) + 0.5 - a.camera.cx) / a.camera.fx, (Double(y) + 0.5 - a.camera.cy) / a.camera.fy, 1)
                let world = a.cameraFromWorld.inverse * (ray * Double(first.depth[x, y]))
                let p = b.cameraFromWorld * world
                let (u, v) = (b.camera.fx * p.x / p.z + b.camera.cx, b.camera.fy * p.y / p.z + b.camera.cy)
                let (column, row) = (Int(u), Int(v))
                let there = Double(second.depth[column, row])
                if visibility[x, y] == .visible {
                    visible += 1
                    if abs(there / p.z - 1) < 0.02 { sameDepth += 1 }
                    let difference = (0..<3).map { abs(Int(first.color[x, y, $0]) - Int(second.color[column, row, $0])) }.max()!
                    if difference < 40 { sameColor += 1 }
                } else {
                    hidden += 1
                    if there < p.z * 1.001 { behind += 1 }
                }
            }
        }
        #expect(visible > 4000)
        #expect(sameDepth > visible * 93 / 100, "\(sameDepth) of \(visible)")
        #expect(sameColor > visible * 90 / 100, "\(sameColor) of \(visible)")
        #expect(hidden > 200 && behind > hidden * 90 / 100, "\(behind) of \(hidden)")
    }

    @Test(arguments: SceneName.allCases) func meshRendersToTheSameDepth(name: SceneName) {
        let (scene, views) = small(name)
        let mesh = scene.mesh(spacing: 100)
        #expect(mesh.colors.count == mesh.positions.count && mesh.normals.count == mesh.positions.count)
        for view in views {
            let cast = scene.render(view).depth
            let drawn = MeshRaster.render(mesh, camera: view.camera, cameraFromWorld: view.cameraFromWorld).depth
            var same = 0
            for i in 0..<cast.samples.count {
                let (a, b) = (cast.samples[i], drawn.samples[i])
                if a.isNaN ? b.isNaN : abs(b / a - 1) < 0.005 { same += 1 }
            }
            #expect(same > cast.samples.count * 99 / 100, "\(same) of \(cast.samples.count)")
        }
    }

    @Test func visibleMeshKeepsWhatViewsSee() {
        let (scene, views) = small(.courtyard)
        let mesh = scene.mesh(spacing: 0.08, seenBy: [views[0]])
        #expect(mesh.triangles.count * 3 < scene.mesh(spacing: 0.08).triangles.count)
        let cast = scene.render(views[0]).depth
        let drawn = MeshRaster.render(mesh, camera: views[0].camera, cameraFromWorld: views[0].cameraFromWorld).depth
        let seen = (0..<cast.samples.count).filter { !cast.samples[$0].isNaN }
        let covered = seen.filter { abs(drawn.samples[$0] / cast.samples[$0] - 1) < 0.005 }
        #expect(covered.count > seen.count * 95 / 100, "\(covered.count) of \(seen.count)")
    }

    @Test func sparsePointsLieOnVisibleSurfaces() {
        let (scene, views) = small(.room)
        let depths = views.map { scene.render($0).depth }
        let points = scene.samplePoints(200, in: views, views: 3)
        #expect(points.count == 200)
        var (near, all) = (0, 0)
        for point in points {
            #expect(point.views.count >= 3)
            for index in point.views {
                let p = views[index].cameraFromWorld * point.position
                let camera = views[index].camera
                let (u, v) = (camera.fx * p.x / p.z + camera.cx, camera.fy * p.y / p.z + camera.cy)
                all += 1
                if abs(Double(depths[index][Int(u), Int(v)]) / p.z - 1) < 0.03 { near += 1 }
            }
        }
        #expect(near > all * 93 / 100, "\(near) of \(all)")
    }

    @Test func unknownNamesAreRefused() {
        #expect(throws: FathomError.self) { try SyntheticScene.named("court", seed: 1) }
    }

    @Test(arguments: SceneName.allCases)
    func aVideoMovesSmoothly(name: SceneName) {
        let scene = SyntheticScene(name, seed: 7)
        let path = scene.viewpoints(count: 60, width: 64, height: 48, motion: .video).map(\.cameraFromWorld)
        let steps = zip(path.dropFirst(), path).map { $0.center - $1.center }
        let mean = steps.reduce(0) { $0 + length($1) } / Double(steps.count)
        #expect(mean > 0.005)
        #expect(zip(steps.dropFirst(), steps).allSatisfy { length($0 - $1) < 0.3 * mean })
        #expect(zip(path.dropFirst(), path).allSatisfy { acos(min(dot($0.forward, $1.forward), 1)) < 0.12 })
    }
}
