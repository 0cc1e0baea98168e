import FathomGeometry
import FathomMesh
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct NormalConsistencyLossTests {
    /// Two triangles of height 1 about the x axis, the second bent up by an angle.
    private func fold(_ angle: Double) -> Mesh {
        let tip = SIMD3<Float>(0, Float(cos(angle)), Float(sin(angle)))
        return Mesh(positions: [[-1, 0, 0], [1, 0, 0], [0, -1, 0], tip], triangles: [[1, 0, 2], [0, 1, 3]])
    }

    @Test func gradientMatchesDifferences() throws {
        let ball = geodesicSphere(radius: 1, level: 1, noise: 0.1)
        let closed = try NormalConsistencyLoss().worstDeviation(on: ball, step: 0x1p-12)
        #expect(closed.isAllowed, "\(closed)")
        let open = sheet(halfSide: 1, squares: 6) { x, y in 0.5 * x * x - 0.4 * x * y + 0.1 * y }
        let deviation = try NormalConsistencyLoss().worstDeviation(on: open, step: 0x1p-12)
        #expect(deviation.isAllowed, "\(deviation)")
    }

    /// 1 − cos φ; the tip, which turns at radius 1, feels sin φ along its triangle's normal.
    @Test func aFold() throws {
        for angle in [0, 0.3, 1.2, 2.8] {
            let (loss, gradients) = try NormalConsistencyLoss().evaluated(fold(angle))
            #expect(abs(loss - (1 - cos(angle))) < 1e-6)
            let expected = SIMD3<Float>(0, Float(-sin(angle)), Float(cos(angle))) * Float(sin(angle))
            #expect(length(gradients[3] - expected) < 1e-5)
            #expect(length(gradients.reduce(.zero, +)) < 1e-5)
        }
    }

    @Test func degenerateTrianglesDoNotCount() throws {
        var mesh = fold(0.5)
        mesh.positions[3] = [0.5, 0, 0]
        let result = try NormalConsistencyLoss().evaluated(mesh)
        #expect(result.loss == 0 && result.gradients.allSatisfy { $0 == .zero })
    }
}
