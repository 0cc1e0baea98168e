import FathomCore
import FathomGeometry
import FathomMesh
import Testing

@Suite struct AreaLossTests {
    @Test func gradientMatchesDifferences() throws {
        let deviation = try AreaLoss(scale: 0.5).worstDeviation(on: geodesicSphere(radius: 1, level: 1, noise: 0.1))
        #expect(deviation.isAllowed, "\(deviation)")
    }

    /// Area has degree two in the positions, and grows fastest along the mean curvature normal, 2 / R per area.
    @Test func meanCurvatureOfASphere() throws {
        let mesh = geodesicSphere(radius: 0.5, level: 3)
        let (area, gradients) = try AreaLoss(scale: 1).evaluated(mesh)
        #expect(abs(area / Double.pi - 1) < 0.01)
        let growth = zip(gradients, mesh.positions).reduce(0) { $0 + Double(dot($1.0, $1.1)) }
        #expect(abs(growth / (2 * area) - 1) < 1e-5)
        for (p, g) in zip(mesh.positions, gradients) { #expect(dot(g, normalize(p)) > 0.999 * length(g)) }
        #expect(abs(try AreaLoss(scale: 0.1).evaluated(mesh).loss / area - 100) < 1e-4)
    }

    /// A ball in a ball is not seen, and is what shrinks.
    @Test func unseenTrianglesOnly() throws {
        let (outer, inner) = (geodesicSphere(radius: 1, level: 2), geodesicSphere(radius: 0.5, level: 1, noise: 0.1))
        var mesh = outer
        mesh.positions += inner.positions
        mesh.triangles += inner.triangles.map { $0 &+ UInt32(outer.positions.count) }
        let views = [SIMD3(0, 0, 3.0), [0, 0, -3], [3, 0, 0], [-3, 0, 0], [0, 3, 0], [0, -3, 0]].map {
            LossView(
                stem: "view", camera: Camera(width: 64, height: 64, fx: 64, fy: 64, cx: 32, cy: 32),
                cameraFromWorld: .looking(from: $0, at: .zero, up: [0.1, 0.2, 1]))
        }
        let loss = AreaLoss(scale: 1, unseenOnly: true)
        let (area, gradients) = try loss.evaluated(mesh, views: views)
        #expect(abs(area - inner.area) < 1e-5)
        #expect(gradients.prefix(outer.positions.count).allSatisfy { $0 == .zero })
        #expect(gradients.dropFirst(outer.positions.count).allSatisfy { $0 != .zero })
        let deviation = try loss.worstDeviation(on: mesh, views: views, directions: .random(12, seed: 3), step: 0x1p-6)
        #expect(deviation.isAllowed, "\(deviation)")
        #expect(abs(try loss.evaluated(mesh).loss - mesh.area) < 1e-5)
    }

    @Test func independentOfThreads() throws {
        let mesh = geodesicSphere(radius: 1, level: 5)
        let threads = ThreadPool.shared.threads
        defer { ThreadPool.shared.threads = threads }
        let losses: [any MeshLoss] = [
            AreaLoss(scale: 1), LaplacianLoss(scale: 0.1), NormalConsistencyLoss(), EdgeLengthLoss(longest: 0.05),
        ]
        for loss in losses {
            ThreadPool.shared.threads = 1
            let alone = try loss.evaluated(mesh)
            ThreadPool.shared.threads = 3
            let shared = try loss.evaluated(mesh)
            #expect(alone.loss == shared.loss && alone.gradients == shared.gradients, "\(loss.name)")
        }
    }
}
