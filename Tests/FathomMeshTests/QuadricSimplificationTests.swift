import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import Testing

@Suite struct QuadricSimplificationTests {
    private func ball(points: Int, radius: Double = 0.8) throws -> Mesh {
        let lattice = Lattice(bounds: unitBox, points: points)
        return try IsoSurface.extract(values: samples(lattice, sphere(radius: radius)), lattice: lattice, normals: true).mesh
    }

    /// A sphere of 20 000 triangles keeps its shape within 1 % with a tenth of them: closed, manifold, nothing flipped.
    @Test func sphereKeepsItsShape() throws {
        let fine = try ball(points: 59)
        #expect((18_000...22_000).contains(fine.triangles.count))
        let coarse = try QuadricSimplification.simplify(fine, triangleCount: 2000)
        let topology = try MeshTopology(of: coarse)
        #expect((1990...2000).contains(coarse.triangles.count))
        #expect(topology.isManifold && topology.isClosed && topology.eulerCharacteristic == 2)
        #expect(topology.vertexCount == coarse.positions.count && coarse.normals.count == coarse.positions.count)
        // Distances between the surfaces, both ways: from vertices and, where a flat triangle is farthest, from its centre.
        for p in coarse.positions { #expect(abs(length(p) - 0.8) < 0.008) }
        for t in coarse.triangles {
            let center = coarse.corners(t).reduce(.zero, +) / 3
            #expect(abs(length(center) - 0.8) < 0.008)
            #expect(dot(coarse.areaVector(t), center) > 0, "no triangle is flipped")
        }
        let tree = TriangleBVH(coarse)
        for p in fine.positions { #expect(tree.closest(to: p, within: 0.008) != nil) }
    }

    @Test func errorLimitIsKept() throws {
        let fine = try ball(points: 40)
        let loose = try QuadricSimplification.simplify(fine, maxError: 0.01)
        let tight = try QuadricSimplification.simplify(fine, maxError: 0.001)
        #expect(loose.triangles.count < tight.triangles.count && tight.triangles.count < fine.triangles.count)
        let tree = TriangleBVH(tight)
        for p in fine.positions { #expect(tree.closest(to: p, within: 0.005) != nil) }
        #expect(try MeshTopology(of: loose).eulerCharacteristic == 2)
    }

    /// Handles and borders survive even when far fewer triangles are asked for than the topology allows.
    @Test func topologySurvivesTheExtreme() throws {
        let lattice = Lattice(bounds: unitBox, points: 40)
        let ring = try IsoSurface.extract(values: samples(lattice, torus(ring: 0.6, tube: 0.25)), lattice: lattice).mesh
        let smallest = try MeshTopology(of: QuadricSimplification.simplify(ring))
        #expect(smallest.eulerCharacteristic == 0 && smallest.isManifold && smallest.isClosed)
        #expect(smallest.triangleCount < 200)

        let half = try IsoSurface.extract(
            values: samples(lattice) { $0.z > 0.3 ? .nan : length($0) - 0.7 }, lattice: lattice
        ).mesh
        let cup = try QuadricSimplification.simplify(half, triangleCount: 400)
        let topology = try MeshTopology(of: cup)
        #expect(topology.eulerCharacteristic == 1 && topology.isManifold && topology.openEdgeCount > 3)
        // The rim stays where it was.
        let tree = TriangleBVH(cup)
        for p in half.positions { #expect(tree.closest(to: p, within: 0.03) != nil) }
    }

    /// A flat region costs nothing but must not degenerate: the minimum angle stays sound.
    @Test func flatRegionsStayWellShaped() throws {
        let lattice = Lattice(bounds: unitBox, points: 50)
        let plate = try IsoSurface.extract(values: samples(lattice) { $0.z - 0.013 }, lattice: lattice).mesh
        let coarse = try QuadricSimplification.simplify(plate, triangleCount: 200)
        #expect(coarse.triangles.count <= 200)
        #expect(abs(coarse.area - plate.area) < 1e-3 * plate.area)
        let quality = coarse.triangles.map { t -> Double in
            let c = coarse.corners(t)
            let edges = [c[1] - c[0], c[2] - c[1], c[0] - c[2]]
            let sides = edges.reduce(0.0) { $0 + dot($1, $1) }
            // 1 for an equilateral triangle.
            return 4 * 3.0.squareRoot() * length(coarse.areaVector(t)) / sides
        }
        #expect(quality.reduce(0, +) / Double(quality.count) > 0.6)
        #expect(quality.min() ?? 0 > 0.05)
    }

    @Test func colorsAreInterpolated() throws {
        var mesh = try ball(points: 30)
        mesh.colors = mesh.positions.map { SIMD3(UInt8(128 + 127 * $0.x), 200, UInt8(128 + 127 * $0.y)) }
        let coarse = try QuadricSimplification.simplify(mesh, triangleCount: 500)
        #expect(coarse.colors.count == coarse.positions.count)
        for (p, c) in zip(coarse.positions, coarse.colors) {
            #expect(abs(Float(c.x) - (128 + 127 * p.x)) < 12 && c.y == 200)
        }
    }

    @Test func damagedMeshesAreRefused() {
        let mesh = Mesh(positions: [.zero, .one], triangles: [[0, 1, 2]])
        #expect(throws: FathomError.self) { try QuadricSimplification.simplify(mesh) }
    }
}
