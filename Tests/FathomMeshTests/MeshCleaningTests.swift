import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import Testing

@Suite struct MeshCleaningTests {
    private let lattice = Lattice(bounds: unitBox, points: 48)

    private func mesh(_ field: (SIMD3<Double>) -> Double) throws -> Mesh {
        try IsoSurface.extract(values: samples(lattice, field), lattice: lattice, normals: true).mesh
    }

    @Test func crumbsAreDropped() throws {
        var both = try mesh { min(length($0) - 0.5, length($0 - SIMD3(0.8, 0.8, 0.8)) - 0.03) }
        both.colors = both.positions.map { $0.x > 0.7 ? [255, 0, 0] : [0, 255, 0] }
        #expect(try MeshTopology(of: both).componentCount == 2)
        let clean = try MeshCleaning.droppingSmallComponents(of: both, share: 0.005)
        let topology = try MeshTopology(of: clean)
        #expect(topology.componentCount == 1 && topology.vertexCount == clean.positions.count)
        #expect(clean.colors.allSatisfy { $0 == [0, 255, 0] } && clean.normals.count == clean.positions.count)
        #expect(throws: FathomError.self) {
            try MeshCleaning.clean(Mesh(positions: [.zero], triangles: [[0, 0, 9]]), .standard(spacing: 1))
        }
    }

    /// A lattice plane through the sphere's pole makes slivers; none is left, and the mesh is still a sphere.
    @Test func shortEdgesAreCollapsed() throws {
        let spacing = lattice.spacing.x
        let raw = try mesh { length($0) - 0.5 }
        func shortEdges(_ mesh: Mesh) -> Int {
            mesh.triangles.reduce(0) { count, t in
                let c = mesh.corners(t)
                return count + (0..<3).filter { length(c[($0 + 1) % 3] - c[$0]) < 0.1 * spacing }.count
            }
        }
        let clean = try MeshCleaning.collapsingShortEdges(of: raw, below: 0.1 * spacing)
        #expect(shortEdges(raw) > 50 && shortEdges(clean) < shortEdges(raw) / 10)
        let topology = try MeshTopology(of: clean)
        #expect(topology.isClosed && topology.isManifold && topology.eulerCharacteristic == 2)
        for p in clean.positions { #expect(abs(Double(length(p)) - 0.5) < 0.1 * spacing) }
    }

    /// Small holes are closed, with the surface's orientation; large ones stay.
    @Test func smallHolesAreFilled() throws {
        let open = try mesh { p in
            if length(p - SIMD3(0.5, 0, 0)) < 0.12 || length(p - SIMD3(0, -0.5, 0)) < 0.06 { return .nan }
            return p.z > 0.3 ? .nan : length(p) - 0.5
        }
        var before = try MeshTopology(of: open)
        #expect(before.openEdgeCount > 0 && before.eulerCharacteristic == -1, "a sphere with three holes")
        let filled = try HoleFilling.fill(open, maxPerimeter: 1.5)
        let after = try MeshTopology(of: filled)
        #expect(after.isManifold && after.eulerCharacteristic == 1, "the large hole is left")
        for t in filled.triangles { #expect(dot(filled.areaVector(t), filled.corners(t)[0]) > 0) }
        before = try MeshTopology(of: HoleFilling.fill(filled, maxPerimeter: 100))
        #expect(before.isClosed && before.eulerCharacteristic == 2)
    }

    @Test func smoothingRemovesNoiseWithoutShrinking() throws {
        var noisy = try mesh { length($0) - 0.5 }
        var random = SeededRandom(seed: 5)
        for v in noisy.positions.indices { noisy.positions[v] *= Float(1 + 0.01 * random.uniform(-1..<1)) }
        func deviation(_ mesh: Mesh) -> Double {
            let errors = mesh.positions.map { Double(length($0)) - 0.5 }
            return (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
        }
        let smooth = try TaubinSmoothing.smooth(noisy, steps: 10)
        #expect(deviation(smooth) < 0.5 * deviation(noisy))
        #expect(abs(smooth.volume / noisy.volume - 1) < 0.01)
        // Borders stay where they are.
        let half = try mesh { $0.z > 0.2 ? .nan : length($0) - 0.5 }
        let rim = half.positions.indices.filter { half.positions[$0].z > 0.16 }
        let smoothHalf = try TaubinSmoothing.smooth(half, steps: 3)
        #expect(rim.contains { smoothHalf.positions[$0] == half.positions[$0] })
        #expect(abs(smoothHalf.area / half.area - 1) < 0.01)
    }

    @Test func theWholeCleaning() throws {
        let raw = try mesh { p in
            length(p - SIMD3(0, 0.5, 0)) < 0.06 ? .nan : min(length(p) - 0.5, length(p - SIMD3(-0.8, 0.8, 0.8)) - 0.03)
        }
        let clean = try MeshCleaning.clean(raw, .standard(spacing: lattice.spacing.x))
        let topology = try MeshTopology(of: clean)
        #expect(topology.componentCount == 1 && topology.isClosed && topology.isManifold)
    }
}
