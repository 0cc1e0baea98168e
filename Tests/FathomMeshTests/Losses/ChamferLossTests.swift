import FathomCore
import FathomGeometry
import FathomMesh
import FathomTestSupport
import Testing

/// Chamfer and depth against differences on small meshes (M17).
struct ChamferLossTests {
    private var mesh: Mesh { geodesicSphere(radius: 1, level: 2) }

    private func check(
        _ loss: some MeshLoss, _ mesh: Mesh, views: [LossView] = [], step: Double = 2e-3, relative: Double = 2e-2
    ) throws {
        var gradients = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        _ = try loss.accumulate(LossSurface(mesh, views: views), weight: 1, into: &gradients)
        var random = SeededRandom(seed: 6)
        for _ in 0..<6 {
            // Motions that keep the ratio of areas, so that the points that are drawn keep their places in the triangles.
            func vector() -> SIMD3<Float> { SIMD3(Float(random.normal()), Float(random.normal()), Float(random.normal())) }
            let (shift, turn, growth) = (vector(), vector(), Float(random.normal()))
            let motion = mesh.positions.map { p in shift * 0.5 + cross(turn, p) + p * growth }
            func value(_ h: Float) throws -> Double {
                var moved = mesh
                moved.positions = zip(mesh.positions, motion).map { $0 + h * $1 }
                var ignored = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
                return try loss.accumulate(LossSurface(moved, views: views), weight: 1, into: &ignored)
            }
            let numeric = (try value(Float(step)) - value(Float(-step))) / (2 * step)
            let analytic = zip(gradients, motion).reduce(0.0) { $0 + Double(dot($1.0, $1.1)) }
            #expect(abs(numeric - analytic) < relative * max(0.05, abs(numeric)), "\(numeric) against \(analytic)")
        }
    }

    private var targets: (points: [SIMD3<Float>], normals: [SIMD3<Float>]) {
        var random = SeededRandom(seed: 3)
        let normals = (0..<3000).map { _ in
            normalize(SIMD3<Float>(Float(random.normal()), Float(random.normal()), Float(random.normal())))
        }
        return (normals.map { $0 * 1.2 + SIMD3(0.1, 0, 0) }, normals)
    }

    @Test func gradients() throws { try check(ChamferLoss(targets: targets.points, samples: 4000), mesh) }

    @Test func huber() throws { try check(ChamferLoss(targets: targets.points, samples: 4000, huber: 0.1), mesh) }

    /// Targets that all face the same way: which of them is nearest does not matter to the normal's term.
    @Test func normals() throws {
        let points = targets.points
        try check(
            ChamferLoss(
                targets: points, normals: points.map { _ in normalize(SIMD3(0.3, -0.5, 0.8)) }, samples: 4000, normalWeight: 0.5),
            mesh, relative: 4e-2)
    }

    /// A shell whose outer side is nearer to where its inner side belongs than to where it belongs itself.
    @Test func oriented() throws {
        let (outer, inner) = (geodesicSphere(radius: 1, level: 4), geodesicSphere(radius: 0.9, level: 4))
        let shell = Mesh(
            positions: outer.positions + inner.positions,
            triangles: outer.triangles + inner.triangles.map { (SIMD3($0.x, $0.z, $0.y) &+ UInt32(outer.positions.count)) })
        func value(isOriented: Bool) throws -> Double {
            let normals = outer.positions
            let loss = ChamferLoss(
                targets: normals.map { $0 * 1.15 } + normals.map { $0 * 0.97 }, normals: normals + normals.map { -$0 },
                samples: 4000, isOriented: isOriented)
            var gradients = [SIMD3<Float>](repeating: .zero, count: shell.positions.count)
            return try loss.accumulate(LossSurface(shell), weight: 1, into: &gradients)
        }
        let outerShare = 1 / (1 + 0.81)
        let expected = outerShare * 0.0225 + (1 - outerShare) * 0.0049 + (0.0225 + 0.0049) / 2
        #expect(abs(try value(isOriented: true) / expected - 1) < 0.1)
        #expect(try value(isOriented: false) < 0.6 * expected)
        let (points, directions) = targets
        try check(ChamferLoss(targets: points, normals: directions, samples: 4000, isOriented: true), mesh)
    }

    @Test func sameSurfaceCostsNothing() throws {
        let mesh = mesh
        var gradients = [SIMD3<Float>](repeating: .zero, count: mesh.positions.count)
        let loss = try ChamferLoss(targets: mesh.positions, samples: 10_000).accumulate(
            LossSurface(mesh), weight: 1, into: &gradients)
        #expect(loss < 0.05)
    }
}
