import FathomGeometry
import FathomMesh
import Testing

@Suite struct LaplacianLossTests {
    @Test func gradientMatchesDifferences() throws {
        let loss = LaplacianLoss(scale: 0.1)
        let closed = try loss.worstDeviation(on: geodesicSphere(radius: 1, level: 1, noise: 0.1))
        #expect(closed.isAllowed, "\(closed)")
        let open = try loss.worstDeviation(on: sheet(halfSide: 1, squares: 6) { x, y in 0.3 * x * x - 0.2 * x * y + 0.1 * y })
        #expect(open.isAllowed, "\(open)")
    }

    /// Vertices of a sphere lie outside of their neighbours' mean: descent shrinks it. The loss has degree two in the positions.
    @Test func spheresShrink() throws {
        let solid = geodesicSphere(radius: 1, level: 0)
        for (p, g) in zip(solid.positions, try LaplacianLoss(scale: 1).evaluated(solid).gradients) {
            #expect(length(g) > 0.05 && dot(g, p) > 0.9999 * length(g))
        }
        let ball = geodesicSphere(radius: 1, level: 3)
        let (loss, gradients) = try LaplacianLoss(scale: 0.1).evaluated(ball)
        let growth = zip(gradients, ball.positions).reduce(0) { $0 + Double(dot($1.0, $1.1)) }
        #expect(abs(growth / (2 * loss) - 1) < 1e-4)
    }

    /// The inside of an even sheet is at rest, and the border does not count.
    @Test func evenSheetsAreAtRest() throws {
        let result = try LaplacianLoss(scale: 1).evaluated(sheet(halfSide: 1, squares: 8))
        #expect(result.loss == 0 && result.gradients.allSatisfy { $0 == .zero })
    }

    /// One vertex out of the plane by d: it differs by d, its six neighbours by d / 6 from their means.
    @Test func valueOfABump() throws {
        var mesh = sheet(halfSide: 1, squares: 8)
        mesh.positions[4 * 9 + 4].z = 0.25
        let loss = try LaplacianLoss(scale: 0.5).evaluated(mesh).loss
        #expect(abs(loss - 0.25 * (1 + 6.0 / 36) / 49) < 1e-12)
    }
}
