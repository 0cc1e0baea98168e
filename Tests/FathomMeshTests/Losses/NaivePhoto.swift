import FathomGeometry
import FathomMedia
import FathomMesh

/// What `PhotoLoss` says it computes, in double precision, with triangles, normals and visibility of one mesh for all positions.
struct NaivePhoto {
    let loss: PhotoLoss
    let views: [LossView]
    let mesh: Mesh
    private let renders: [RasterizedMesh]

    init(_ loss: PhotoLoss, _ views: [LossView], _ mesh: Mesh) {
        self.loss = loss
        self.views = views
        self.mesh = mesh
        renders = views.map { MeshRaster.render(mesh, camera: $0.camera, cameraFromWorld: $0.cameraFromWorld) }
    }

    /// Sum over the pixels, their number, and that of the patches compared.
    func compare(_ positions: [SIMD3<Double>]) -> (loss: Double, pixels: Int, patches: Int) {
        var result = (loss: 0.0, pixels: 0, patches: 0)
        let (r, options) = (loss.options.radius, loss.options)
        for pair in loss.pairs {
            let camera = views[pair.reference].camera
            for y in stride(from: r, to: camera.height - r, by: options.stride) {
                for x in stride(from: r, to: camera.width - r, by: options.stride) {
                    let residuals = residuals(pair, x, y, positions).sorted()
                    if residuals.isEmpty { continue }
                    let best = residuals.prefix(options.bestSources)
                    result.loss += best.reduce(0, +) / Double(best.count)
                    result.pixels += 1
                    result.patches += residuals.count
                }
            }
        }
        return result
    }

    private func residuals(_ pair: PhotoPair, _ x: Int, _ y: Int, _ positions: [SIMD3<Double>]) -> [Double] {
        let (view, render, r) = (views[pair.reference], renders[pair.reference], loss.options.radius)
        guard render.triangle[x, y] != RasterizedMesh.emptyTriangle else { return [] }
        for (dx, dy) in [(-r, -r), (r, -r), (-r, r), (r, r)] where render.depth[x + dx, y + dy].isNaN { return [] }
        let corners = mesh.triangles[Int(render.triangle[x, y])]
        let normal = normalize(mesh.areaVector(corners))
        let center = view.cameraFromWorld.center
        func ray(_ x: Int, _ y: Int) -> SIMD3<Double> {
            let camera = view.camera
            return view.cameraFromWorld.rotation.transposed
                * SIMD3((Double(x) + 0.5 - camera.cx) / camera.fx, (Double(y) + 0.5 - camera.cy) / camera.fy, 1)
        }
        /// Where the ray of a pixel meets a plane.
        func meet(_ ray: SIMD3<Double>, _ normal: SIMD3<Double>, _ point: SIMD3<Double>) -> SIMD3<Double> {
            center + dot(normal, point - center) / dot(normal, ray) * ray
        }
        guard abs(dot(normal, normalize(ray(x, y)))) >= 0.15 else { return [] }
        let (a, b, c) = (positions[Int(corners.x)], positions[Int(corners.y)], positions[Int(corners.z)])
        let middle = meet(ray(x, y), cross(b - a, c - a), a)
        var (points, own) = ([SIMD3<Double>](), [Double]())
        for j in -r...r {
            for i in -r...r {
                points.append(meet(ray(x + i, y + j), normal, middle))
                own.append(Double(view.image![x + i, y + j]))
            }
        }
        let still = meet(ray(x, y), normal, SIMD3<Double>(mesh.positions[Int(corners.x)]))
        guard contrast(own) >= Double(loss.options.smallestContrast) else { return [] }
        return pair.sources.compactMap { residual(own, points, still, normal, views[$0], renders[$0].depth) }
    }

    private func residual(
        _ own: [Double], _ points: [SIMD3<Double>], _ still: SIMD3<Double>, _ normal: SIMD3<Double>, _ view: LossView,
        _ depth: Raster<Float>
    ) -> Double? {
        let camera = view.camera
        let seen = view.cameraFromWorld * still
        guard abs(dot(normal, normalize(still - view.cameraFromWorld.center))) >= 0.15 else { return nil }
        guard let q = camera.project(seen), q.x >= 0.5, q.y >= 0.5, q.x <= Double(camera.width) - 0.5,
            q.y <= Double(camera.height) - 0.5, seen.z <= Double(depth[Int(q.x), Int(q.y)] + loss.options.occlusionTolerance)
        else { return nil }
        var other: [Double] = []
        for p in points {
            guard let q = camera.project(view.cameraFromWorld * p), q.x >= 0.5, q.y >= 0.5, q.x <= Double(camera.width) - 0.5,
                q.y <= Double(camera.height) - 0.5
            else { return nil }
            other.append(sample(view.image!, q - 0.5))
        }
        guard contrast(other) >= Double(loss.options.smallestContrast) else { return nil }
        let (m, n) = (mean(own), mean(other))
        let covariance = mean(zip(own, other).map { ($0 - m) * ($1 - n) })
        let (e, cutoff) = (1 - covariance / (contrast(own) * contrast(other)), Double(loss.options.cutoff))
        return e < cutoff ? e - e * e / (2 * cutoff) : cutoff / 2
    }

    private func sample(_ image: Raster<Float>, _ p: SIMD2<Double>) -> Double {
        let (x, y) = (min(Int(p.x), image.width - 2), min(Int(p.y), image.height - 2))
        let (u, v) = (p.x - Double(x), p.y - Double(y))
        let top = (1 - u) * Double(image[x, y]) + u * Double(image[x + 1, y])
        return (1 - v) * top + v * ((1 - u) * Double(image[x, y + 1]) + u * Double(image[x + 1, y + 1]))
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    private func contrast(_ values: [Double]) -> Double {
        let m = mean(values)
        return mean(values.map { ($0 - m) * ($0 - m) }).squareRoot()
    }
}
