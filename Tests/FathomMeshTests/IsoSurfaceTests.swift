import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct IsoSurfaceTests {
    private func extract(_ points: Int, _ field: (SIMD3<Double>) -> Double) throws -> IsoSurface {
        let lattice = Lattice(bounds: unitBox, points: points)
        return try IsoSurface.extract(values: samples(lattice, field), lattice: lattice, normals: true)
    }

    /// Errors of a sphere of radius 0.5037, against an established Lewiner extraction of the same samples: maximal and mean
    /// radial error, volume and area relative to the exact ones, derivative of the volume by the radius.
    @Test(arguments: [
        (32, 9.5e-4, 3.0e-4, 0.98e-2, 0.52e-2, 3.1587), (64, 2.4e-4, 8.5e-5, 0.24e-2, 0.12e-2, 3.1812),
        (128, 5.9e-5, 2.0e-5, 0.058e-2, 0.031e-2, 3.1865),
    ])
    func sphereIsAccurateToSecondOrder(
        points: Int, maxError: Double, meanError: Double, volumeError: Double, areaError: Double, derivative: Double
    ) throws {
        let radius = 0.5037
        let surface = try extract(points, sphere(radius: radius))
        let mesh = surface.mesh
        let errors = mesh.positions.map { length(SIMD3<Double>($0)) - radius }
        #expect(errors.map(abs).max()! < 1.2 * maxError)
        #expect(abs(errors.reduce(0, +)) / Double(errors.count) < 1.2 * meanError)
        #expect(abs(mesh.volume / (4 / 3 * .pi * radius * radius * radius) - 1) < 1.2 * volumeError)
        let area = 4 * .pi * radius * radius
        #expect(abs(mesh.area / area - 1) < 1.2 * areaError)
        let computed = mesh.volumeDerivative { normalize(SIMD3<Double>(mesh.positions[$0])) }
        #expect(abs(computed - area) < 1.2 * abs(derivative - area))
        let topology = try MeshTopology(of: mesh)
        #expect(topology.eulerCharacteristic == 2 && topology.isClosed && topology.isManifold && topology.componentCount == 1)
        #expect(surface.openEdgeCount == 0)
    }

    /// Moving every vertex along its normal at unit speed grows the volume by the area: positions, orientation and normals agree.
    @Test func offsettingGrowsTheVolumeByTheArea() throws {
        for field in [sphere(radius: 0.61), torus(ring: 0.55, tube: 0.27)] {
            let mesh = try extract(64, field).mesh
            let derivative = mesh.volumeDerivative { SIMD3<Double>(mesh.normals[$0]) }
            #expect(abs(derivative / mesh.area - 1) < 5e-3)
        }
    }

    /// White noise has every case and every ambiguity; padded with outside values, its surface must still be closed and manifold.
    @Test func noiseIsManifold() throws {
        for seed in 1...20 {
            var random = SeededRandom(seed: UInt64(seed))
            let lattice = Lattice(size: [14, 14, 14], origin: .zero, spacing: [1, 1, 1])
            let values = samples(lattice) { p in
                let noise = random.uniform(-1..<1)
                return p.min() == 0 || p.max() == 13 ? 1 : noise
            }
            let surface = try IsoSurface.extract(values: values, lattice: lattice)
            let topology = try MeshTopology(of: surface.mesh)
            #expect(topology.isManifold && topology.isClosed, "seed \(seed)")
            #expect(surface.openEdgeCount == 0)
            #expect(topology.vertexCount == surface.mesh.positions.count, "every vertex is used")
        }
    }

    /// Unseen points and unpadded borders leave open edges, all of them counted, and nothing else: no stray vertices.
    @Test func unseenCellsLeaveOpenBorders() throws {
        for seed in 1...10 {
            var random = SeededRandom(seed: UInt64(seed))
            // Rows longer than one word, of odd length.
            let lattice = Lattice(size: [7, 9, 131], origin: .zero, spacing: [1, 1, 1])
            let values = samples(lattice) { _ in
                let value = random.uniform(-1..<1)
                return random.uniform() < 0.02 ? .nan : value
            }
            let surface = try IsoSurface.extract(values: values, lattice: lattice, normals: true)
            let topology = try MeshTopology(of: surface.mesh)
            #expect(topology.openEdgeCount == surface.openEdgeCount && surface.openEdgeCount > 0)
            #expect(topology.nonManifoldEdgeCount == 0)
            #expect(topology.vertexCount == surface.mesh.positions.count)
            #expect(surface.mesh.positions.allSatisfy { ($0 * 0 .== 0) == SIMDMask(repeating: true) })
            #expect(surface.mesh.normals.allSatisfy { abs(length($0) - 1) < 1e-5 })
        }
    }

    /// The naive twin of the kernels: one cell at a time, vertices keyed by their edge.
    @Test func kernelsAgreeWithOneCellAtATime() throws {
        var random = SeededRandom(seed: 3)
        let lattice = Lattice(size: [6, 5, 150], origin: [-1, 2, 0.5], spacing: [0.5, 0.25, 0.125])
        let values = samples(lattice) { _ in
            let value = random.uniform(-1..<1)
            return random.uniform() < 0.01 ? .nan : value
        }
        let mesh = try IsoSurface.extract(values: values, lattice: lattice, level: 0.1).mesh
        let expected = naiveTriangles(values, lattice, level: 0.1)
        #expect(mesh.triangles.count == expected.count)
        for (triangle, corners) in zip(mesh.triangles, expected) {
            for i in 0..<3 {
                #expect(length(SIMD3<Double>(mesh.positions[Int(triangle[i])]) - corners[i]) < 4e-6, "two ulps at 20")
            }
        }
    }

    private func naiveTriangles(_ values: Buffer<Float>, _ lattice: Lattice, level: Float) -> [[SIMD3<Double>]] {
        let cases = CubeCases.shared
        var triangles: [[SIMD3<Double>]] = []
        for x in 0..<lattice.size.x - 1 {
            for y in 0..<lattice.size.y - 1 {
                for z in 0..<lattice.size.z - 1 {
                    let f = (0..<8).map { values[lattice.index(x + $0 >> 2, y + $0 >> 1 & 1, z + $0 & 1)] - level }
                    if f.contains(where: \.isNaN) { continue }
                    let cube = (0..<8).reduce(0) { $0 | (f[$1] < 0 ? 1 << $1 : 0) }
                    var decisions = 0
                    var bit = 1
                    for face in 0..<6 where cases.ambiguousFaces[cube] >> face & 1 == 1 {
                        let normal = 4 >> (face >> 1)
                        let uv = [4, 2, 1].filter { $0 != normal }
                        let base = (face & 1) * normal
                        let (diagonal, other) = (f[base] * f[base + uv[0] + uv[1]], f[base + uv[0]] * f[base + uv[1]])
                        let saddleIsInside = f[base] < 0 ? diagonal > other : other > diagonal
                        if saddleIsInside { decisions += bit }
                        bit *= 2
                    }
                    func vertex(_ edge: Int) -> SIMD3<Double> {
                        let (a, b) = CubeCases.corners(ofEdge: edge)
                        let t = Double(min(max(f[a] / (f[a] - f[b]), 0.001), 0.999))
                        let (p, q) = (a, b)
                        let start = lattice.position(x + p >> 2, y + p >> 1 & 1, z + p & 1)
                        return start + t * (lattice.position(x + q >> 2, y + q >> 1 & 1, z + q & 1) - start)
                    }
                    let variant = Int(cases.firstVariant[cube]) + decisions
                    for t in Int(cases.firstTriangle[variant])..<Int(cases.firstTriangle[variant + 1]) {
                        triangles.append(
                            (0..<3).map { corner in
                                let id = Int(cases.triangles[4 * t + corner])
                                if id < 12 { return vertex(id) }
                                let edges = cases.centroidEdges[Int(cases.firstCentroid[variant]) + id - 12]
                                let members = (0..<12).filter { edges >> $0 & 1 == 1 }.map(vertex)
                                return members.reduce(.zero, +) / Double(members.count)
                            })
                    }
                }
            }
        }
        return triangles
    }

    @Test func threadsDoNotChangeTheResult() throws {
        // Long slabs, so that several tasks share the work.
        let lattice = Lattice(size: [8, 500, 700], origin: .zero, spacing: [0.3, 0.01, 0.01])
        let values = samples(lattice) { sin(7 * $0.x) + sin(31 * $0.y) * sin(23 * $0.z) }
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        ThreadPool.shared.threads = 1
        let one = try IsoSurface.extract(values: values, lattice: lattice, normals: true).mesh
        for count in [2, 5] {
            ThreadPool.shared.threads = count
            let several = try IsoSurface.extract(values: values, lattice: lattice, normals: true).mesh
            #expect(several.positions == one.positions && several.normals == one.normals)
            #expect(several.triangles == one.triangles)
        }
    }

    /// The angle defects of a closed mesh sum to 2π times its Euler characteristic (Gauss and Bonnet).
    @Test(arguments: [(sphere(radius: 0.5), 2), (torus(ring: 0.5, tube: 0.2), 0)])
    func angleDefectsSumToTheEulerCharacteristic(field: @Sendable (SIMD3<Double>) -> Double, expected: Int) throws {
        let mesh = try extract(48, field).mesh
        var defect = [Double](repeating: 2 * .pi, count: mesh.positions.count)
        for t in mesh.triangles {
            let c = mesh.corners(t)
            for i in 0..<3 {
                let (a, b) = (c[(i + 1) % 3] - c[i], c[(i + 2) % 3] - c[i])
                defect[Int(t[i])] -= atan2(length(cross(a, b)), dot(a, b))
            }
        }
        #expect(abs(defect.reduce(0, +) - 2 * .pi * Double(expected)) < 1e-6)
        #expect(try MeshTopology(of: mesh).eulerCharacteristic == expected)
    }

    @Test func emptyAndThinLattices() throws {
        let flat = Lattice(size: [1, 4, 4], origin: .zero, spacing: [1, 1, 1])
        #expect(try IsoSurface.extract(values: Buffer(repeating: -1, count: 16), lattice: flat).mesh.triangles.isEmpty)
        let uniform = Lattice(size: [3, 3, 3], origin: .zero, spacing: [1, 1, 1])
        let nothing = try IsoSurface.extract(values: Buffer(repeating: 1, count: 27), lattice: uniform, normals: true)
        #expect(nothing.mesh.positions.isEmpty && nothing.mesh.normals.isEmpty && nothing.openEdgeCount == 0)
        // Infinite values are far away, not errors.
        var spike = Buffer<Float>(repeating: .infinity, count: 27)
        spike[13] = -.infinity
        let star = try IsoSurface.extract(values: spike, lattice: uniform)
        #expect(star.mesh.positions.count == 6 && star.mesh.positions.allSatisfy { $0.min() >= 0 && $0.max() <= 2 })
    }
}
