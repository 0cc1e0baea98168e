import FathomGeometry
import FathomMesh
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct DragLossTests {
    /// A plate of area 4 that faces +x, turned about the y axis.
    private func plate(turnedBy angle: Double) -> Mesh {
        var mesh = sheet(halfSide: 1, squares: 2)
        mesh.positions = mesh.positions.map { SIMD3(Float(-sin(angle)) * $0.y, $0.x, Float(cos(angle)) * $0.y) }
        return mesh
    }

    @Test func gradientMatchesDifferences() throws {
        let loss = DragLoss(flow: [-1, 0.2, 0.1], referenceArea: 3)
        let deviation = try loss.worstDeviation(on: geodesicSphere(radius: 1, level: 1, noise: 0.1), step: 0x1p-12)
        #expect(deviation.isAllowed, "\(deviation)")
    }

    /// 2 sin³θ for a plate at the angle θ to the stream, and its change when turned; nothing in the lee.
    @Test func plates() throws {
        let loss = DragLoss(flow: [-5, 0, 0], referenceArea: 4)
        for angle in [0, 0.4, 1.1] {
            let mesh = plate(turnedBy: angle)
            let (drag, gradients) = try loss.evaluated(mesh)
            #expect(abs(drag - 2 * pow(cos(angle), 3)) < 1e-6)
            let turn = mesh.positions.map { SIMD3<Float>(-$0.z, 0, $0.x) }
            let slope = zip(gradients, turn).reduce(0) { $0 + Double(dot($1.0, $1.1)) }
            #expect(abs(slope + 6 * pow(cos(angle), 2) * sin(angle)) < 1e-5)
        }
        #expect(try DragLoss(flow: [1, 0, 0], referenceArea: 4).evaluated(plate(turnedBy: 0.2)).loss == 0)
    }

    /// Newton's sphere has half the drag of the disc that it hides.
    @Test func sphere() throws {
        let loss = DragLoss(flow: [1, 2, -1], referenceArea: Float.pi / 4)
        let drag = try loss.evaluated(geodesicSphere(radius: 0.5, level: 4)).loss
        #expect(abs(drag - 1) < 0.01)
    }
}
