import FathomGeometry
import FathomMesh
import Testing

@Suite struct EdgeLengthLossTests {
    /// Some edges are too long, some are not.
    @Test func gradientMatchesDifferences() throws {
        let loss = EdgeLengthLoss(longest: 0.58)
        let closed = try loss.worstDeviation(on: geodesicSphere(radius: 1, level: 1, noise: 0.1), step: 0x1p-12)
        #expect(closed.isAllowed, "\(closed)")
        let open = try EdgeLengthLoss(longest: 0.4).worstDeviation(on: sheet(halfSide: 1, squares: 6))
        #expect(open.isAllowed, "\(open)")
    }

    /// Sides 3, 4, 5 against 2: the edges of 3, 4 and 5 count ¼, 1 and 9/4.
    @Test func aTriangle() throws {
        let mesh = Mesh(positions: [[0, 0, 0], [3, 0, 0], [0, 4, 0]], triangles: [[0, 1, 2]])
        let (loss, gradients) = try EdgeLengthLoss(longest: 2).evaluated(mesh)
        #expect(abs(loss - (0.25 + 1 + 2.25) / 3) < 1e-12)
        // 2 (|e| / 2 − 1) / 2 along each edge, over three edges.
        #expect(length(gradients[0] - SIMD3(-0.5, -1, 0) / 3) < 1e-6)
        #expect(try EdgeLengthLoss(longest: 5).evaluated(mesh).loss == 0)
    }

    /// The edge that two triangles share counts once, like the others.
    @Test func sharedEdgesCountOnce() throws {
        let loss = try EdgeLengthLoss(longest: 1).evaluated(sheet(halfSide: 1, squares: 1)).loss
        let diagonal = 8.0.squareRoot() - 1
        #expect(abs(loss - (4 + diagonal * diagonal) / 5) < 1e-12)
    }
}
