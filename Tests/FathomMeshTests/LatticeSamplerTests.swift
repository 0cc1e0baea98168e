import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import FathomTestSupport
import Testing

@Suite struct LatticeSamplerTests {
    private let ball = FormulaField { length($0) - 0.5 }

    /// The mesh and its normals are those of the dense lattice, for a fraction of the evaluations.
    @Test(arguments: [128, 129, 100]) func coarseToFineFindsTheSameMesh(points: Int) throws {
        let lattice = Lattice(bounds: unitBox, points: points)
        let dense = LatticeSampler.dense(ball, lattice: lattice)
        let samples = LatticeSampler(lattice: lattice).sample(ball)
        let expected = try IsoSurface.extract(values: dense, lattice: lattice, normals: true).mesh
        let mesh = try IsoSurface.extract(values: samples.values, lattice: lattice, normals: true).mesh
        #expect(mesh.positions == expected.positions && mesh.triangles == expected.triangles)
        #expect(mesh.normals == expected.normals)
        if points >= 128 { #expect(Double(samples.evaluationCount) < 0.15 * Double(lattice.count)) }
    }

    @Test func interpolatedValuesStayClose() {
        let lattice = Lattice(size: [70, 80, 101], origin: [-1, -1, -1], spacing: [0.03, 0.025, 0.02])
        let dense = LatticeSampler.dense(ball, lattice: lattice)
        let samples = LatticeSampler(lattice: lattice).sample(ball)
        let worst = zip(dense.array, samples.values.array).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 0.03, "half a coarse cell")
    }

    @Test func occupancyIsRefinedWhereItChanges() throws {
        let solid = FormulaField { length($0) < 0.5 ? 1 : 0 }
        let lattice = Lattice(bounds: unitBox, points: 129)
        let samples = LatticeSampler(lattice: lattice, level: 0.5, refinement: .signChange).sample(solid)
        let dense = LatticeSampler.dense(solid, lattice: lattice)
        #expect(zip(dense.array, samples.values.array).allSatisfy { ($0 < 0.5) == ($1 < 0.5) })
        #expect(Double(samples.evaluationCount) < 0.1 * Double(lattice.count))
    }

    @Test func tinyLatticesAreEvaluatedWhole() {
        for size in [SIMD3(1, 1, 1), SIMD3(2, 1, 3), SIMD3(5, 4, 2)] {
            let lattice = Lattice(size: size, origin: .zero, spacing: [1, 1, 1])
            let samples = LatticeSampler(lattice: lattice).sample(ball)
            #expect(samples.values == LatticeSampler.dense(ball, lattice: lattice))
        }
    }
}
