import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import Testing

@Suite struct SignedMeshDistanceTests {
    /// The distance to a cube made of twelve triangles has a closed form; all feature kinds and both signs occur.
    @Test func distanceToACube() throws {
        let cube = cubeMesh(halfSide: 0.5)
        let field = try SignedMeshDistance(to: cube)
        var random = SeededRandom(seed: 1)
        let points = (0..<2000).map { _ in
            SIMD3<Float>(Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1)))
        }
        var values = [Float](repeating: 0, count: points.count)
        points.withUnsafeBufferPointer { points in
            values.withUnsafeMutableBufferPointer { field.evaluate(points, into: $0.baseAddress!) }
        }
        for (p, value) in zip(points, values) {
            let q = SIMD3(abs(p.x), abs(p.y), abs(p.z)) - 0.5
            let expected = length(pointwiseMax(q, .zero)) + min(q.max(), 0)
            #expect(abs(value - expected) < 1e-6)
        }
    }

    /// Meshing the distance to a mesh gives back the mesh: its volume and shape, to second order in the spacing.
    @Test func remeshingReproducesTheVolume() throws {
        let lattice = Lattice(bounds: unitBox, points: 96)
        let ball = try IsoSurface.extract(values: samples(lattice, torus(ring: 0.55, tube: 0.25)), lattice: lattice).mesh
        let fine = Lattice(bounds: unitBox, points: 111)
        let field = try SignedMeshDistance(to: ball)
        let again = try IsoSurface.extract(values: LatticeSampler(lattice: fine).sample(field).values, lattice: fine).mesh
        #expect(abs(again.volume / ball.volume - 1) < 2e-3)
        #expect(try MeshTopology(of: again).eulerCharacteristic == 0)
    }

    @Test func openMeshesAreRefused() {
        var cube = cubeMesh(halfSide: 1)
        cube.triangles.removeLast()
        #expect(throws: FathomError.self) { try SignedMeshDistance(to: cube) }
        #expect(throws: FathomError.self) { try SignedMeshDistance(to: Mesh()) }
    }
}

@Suite struct TriangleBVHTests {
    /// The tree finds what a search through all triangles finds, within limits as well.
    @Test func agreesWithExhaustiveSearch() {
        var random = SeededRandom(seed: 7)
        func point(_ scale: Double) -> SIMD3<Float> {
            SIMD3(Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1)), Float(random.uniform(-1..<1))) * Float(scale)
        }
        var mesh = Mesh()
        for t in 0..<300 {
            let center = point(1)
            mesh.positions += (0..<3).map { _ in center + point(0.1) }
            mesh.triangles.append(SIMD3(UInt32(3 * t), UInt32(3 * t + 1), UInt32(3 * t + 2)))
        }
        // Coincident triangles cannot be told apart by their centres.
        mesh.triangles += Array(repeating: mesh.triangles[0], count: 50)
        let tree = TriangleBVH(mesh)
        let single = mesh.triangles.map { TriangleBVH(Mesh(positions: mesh.positions, triangles: [$0])) }
        for _ in 0..<200 {
            let p = point(1.5)
            let expected = single.compactMap { $0.closest(to: p)?.distanceSquared }.min() ?? .nan
            #expect(tree.closest(to: p)?.distanceSquared == expected)
            #expect(tree.closest(to: p, within: 0.999 * expected.squareRoot()) == nil)
        }
        #expect(TriangleBVH(Mesh()).closest(to: .zero) == nil)
    }
}
