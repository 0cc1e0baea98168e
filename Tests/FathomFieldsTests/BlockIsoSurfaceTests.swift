import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import Testing

@Suite struct BlockIsoSurfaceTests {
    /// Twelve exact views at h = R / 64: a closed manifold sphere, mean radius error below 0.1 h, normals and colours right.
    @Test func twelveViewsGiveTheSphere() throws {
        let h = 1.0 / 64
        var options = DepthVolumeOptions(voxelSize: h)
        // Around the centre of a view the next views look at the sphere too obliquely to see a voxel behind its surface.
        options.minimumObservations = 1
        let surface = try IsoSurface.extract(volume: SphereViews(radius: 1).fuse(options))
        let topology = try MeshTopology(of: surface.mesh)
        #expect(topology.isManifold && topology.isClosed && surface.openEdgeCount == 0)
        #expect(topology.componentCount == 1 && topology.eulerCharacteristic == 2)
        var (error, worst, tilt, color) = (0.0, 0.0, 0.0, 0.0)
        for i in surface.mesh.positions.indices {
            let p = SIMD3<Double>(surface.mesh.positions[i])
            error += abs(length(p) - 1)
            worst = max(worst, abs(length(p) - 1))
            tilt += 1 - dot(normalize(p), SIMD3<Double>(surface.mesh.normals[i]))
            for c in 0..<3 { color = max(color, abs(Double(surface.mesh.colors[i][c]) - 127.5 * (1 + p[c]))) }
        }
        let count = Double(surface.mesh.positions.count)
        #expect(error / count < 0.03 * h, "the specification asks for 0.1 h")
        #expect(worst < 0.5 * h)
        #expect(tilt / count < 1e-3)
        #expect(color < 6)
        let volume = surface.mesh.triangles.reduce(0.0) { sum, t in
            let p = (0..<3).map { SIMD3<Double>(surface.mesh.positions[Int(t[$0])]) }
            return sum + dot(p[0], cross(p[1], p[2])) / 6
        }
        #expect(abs(volume / (4.0 / 3 * Double.pi) - 1) < 0.002, "triangles face outwards")
    }

    /// Blocks and a dense lattice of the same voxels give the same surface, ambiguous cells and open borders included.
    @Test func equalsDenseExtraction() throws {
        let volume = try roughVolume()
        let lower = volume.blocks.coordinates.reduce(SIMD3(repeating: .max)) { pointwiseMin($0, $1) }
        let upper = volume.blocks.coordinates.reduce(SIMD3(repeating: .min)) { pointwiseMax($0, $1) }
        let size = 8 &* (upper &- lower &+ 1)
        let h = volume.voxelSize
        let lattice = Lattice(
            size: SIMD3(Int(size.x), Int(size.y), Int(size.z)), origin: SIMD3<Double>(8 &* lower) * h, spacing: [h, h, h])
        var values = Buffer<Float>(repeating: .nan, count: lattice.count)
        for x in 0..<lattice.size.x {
            for y in 0..<lattice.size.y {
                for z in 0..<lattice.size.z {
                    let index = 8 &* lower &+ SIMD3(Int32(x), Int32(y), Int32(z))
                    guard let voxel = volume.voxel(at: index),
                        voxel.observations >= volume.options.minimumObservations
                    else { continue }
                    values[lattice.index(x, y, z)] = Float((voxel.distance / (4 * h) * 32767).rounded())
                }
            }
        }
        let dense = try IsoSurface.extract(values: values, lattice: lattice, normals: true)
        let sparse = try IsoSurface.extract(volume: volume)
        #expect(sparse.openEdgeCount == dense.openEdgeCount && dense.openEdgeCount > 100)
        #expect(sparse.mesh.triangles.count == dense.mesh.triangles.count && dense.mesh.triangles.count > 1000)
        #expect(sparse.mesh.positions.count == dense.mesh.positions.count)
        #expect(try MeshTopology(of: sparse.mesh) == MeshTopology(of: dense.mesh))

        // The same triangles in another order: compare them as sets of corner positions.
        func corners(_ mesh: Mesh) -> Set<[SIMD3<Int>]> {
            Set(
                mesh.triangles.map { t in
                    let keys = (0..<3).map { i -> SIMD3<Int> in
                        let p = SIMD3<Double>(mesh.positions[Int(t[i])]) / h * 1000
                        return SIMD3(Int(p.x.rounded()), Int(p.y.rounded()), Int(p.z.rounded()))
                    }
                    let first = keys.indices.min { (keys[$0].x, keys[$0].y, keys[$0].z) < (keys[$1].x, keys[$1].y, keys[$1].z) }!
                    return [keys[first], keys[(first + 1) % 3], keys[(first + 2) % 3]]
                })
        }
        let (a, b) = (corners(sparse.mesh), corners(dense.mesh))
        // Positions that round differently in the last place may fall into neighbouring keys.
        #expect(a.intersection(b).count > a.count * 99 / 100)

        func normals(_ mesh: Mesh) -> SIMD3<Double> { mesh.normals.reduce(.zero) { $0 + SIMD3<Double>($1) } }
        #expect(length(normals(sparse.mesh) - normals(dense.mesh)) < 1e-3 * Double(dense.mesh.normals.count))
    }

    /// Two views of noise: many sign changes, unseen voxels, ambiguous faces.
    private func roughVolume() throws -> DepthVolume {
        let camera = Camera(width: 48, height: 40, fx: 50, fy: 50, cx: 24, cy: 20)
        var random = SeededRandom(seed: 3)
        var volume = try DepthVolume(options: DepthVolumeOptions(voxelSize: 0.05))
        for _ in 0..<3 {
            var depth = Raster<Float>(width: 48, height: 40, repeating: .nan)
            for y in 0..<40 {
                for x in 0..<48 where random.index(below: 20) > 0 { depth[x, y] = Float(2 + random.uniform(-0.15..<0.15)) }
            }
            let pose = Pose.looking(from: [random.uniform(-1..<1), random.uniform(-1..<1), -2], at: .zero, up: [0, -1, 0])
            let color = Raster<UInt8>(width: 48, height: 40, repeating: 200)
            try volume.integrate(
                depth: DepthMap(values: depth, convention: .metric(unit: "m")), color: color, camera: camera,
                cameraFromWorld: pose)
        }
        return volume
    }

    @Test func threadsDoNotMatter() throws {
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let volume = try roughVolume()
        let meshes = try [1, 2].map { threads in
            ThreadPool.shared.threads = threads
            return try IsoSurface.extract(volume: volume).mesh
        }
        #expect(meshes[0].positions == meshes[1].positions && meshes[0].normals == meshes[1].normals)
        #expect(meshes[0].triangles == meshes[1].triangles && meshes[0].colors == meshes[1].colors)
    }

    /// A scene a thousand times larger gives the mesh a thousand times larger.
    @Test func unitsDoNotMatter() throws {
        let small = try IsoSurface.extract(
            volume: SphereViews(radius: 1, side: 120).fuse(DepthVolumeOptions(voxelSize: 1.0 / 24)))
        let large = try IsoSurface.extract(
            volume: SphereViews(radius: 1000, side: 120).fuse(DepthVolumeOptions(voxelSize: 1000.0 / 24)))
        try #require(small.mesh.triangles == large.mesh.triangles)
        let worst = zip(small.mesh.positions, large.mesh.positions).map { length($0 * 1000 - $1) }.max()
        #expect(try #require(worst) < 0.02 * 1000 / 24)
    }

    @Test func boundsClipTheSurface() throws {
        var options = DepthVolumeOptions(voxelSize: 1.0 / 24)
        options.color = false
        options.bounds = Bounds(lower: [-2, -2, -0.31], upper: [2, 2, 0.52])
        let surface = try IsoSurface.extract(volume: SphereViews(radius: 1, side: 120).fuse(options))
        #expect(surface.openEdgeCount > 100 && surface.mesh.colors.isEmpty)
        let z = surface.mesh.positions.map(\.z)
        #expect(try #require(z.min()) > -0.31 && #require(z.min()) < -0.25)
        #expect(try #require(z.max()) < 0.52 && #require(z.max()) > 0.46)
        let empty = try IsoSurface.extract(volume: DepthVolume(options: options))
        #expect(empty.mesh.positions.isEmpty && empty.mesh.triangles.isEmpty)
    }
}
