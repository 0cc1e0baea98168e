import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import FathomTensor
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A sphere becomes a torus: a surface of another topology is reached without being told so.
struct TopologyChangeTests {
    private static let bounds = Bounds(lower: SIMD3(repeating: -1), upper: SIMD3(repeating: 1))
    private static let (major, minor) = (Float(0.45), Float(0.18))

    /// The torus' surface.
    private static func torusPoints(_ count: Int, seed: UInt64 = 1) -> [SIMD3<Float>] {
        var random = SeededRandom(seed: seed)
        var points: [SIMD3<Float>] = []
        while points.count < count {
            let (u, v) = (random.uniform(0..<2 * .pi), random.uniform(0..<2 * .pi))
            let ring = Double(major) + Double(minor) * cos(v)
            // Rings are longer outside: take points in proportion.
            guard random.uniform() * Double(major + minor) < ring else { continue }
            points.append(SIMD3<Float>(Float(ring * cos(u)), Float(ring * sin(u)), Float(Double(minor) * sin(v))))
        }
        return points
    }

    /// (1 − a) · sphere + a · torus.
    private static func blend(_ share: Float) -> AnalyticField {
        AnalyticField([share]) { x, c in
            let (ring, slope) = AnalyticField.torus(x, Double(major), Double(minor))
            let ball = length(x) - 0.5
            let a = c[0]
            return ((1 - a) * ball + a * ring, normalize(x) * (1 - a) + slope * a, [ring - ball])
        }
    }

    /// T1: one parameter between two shapes finds its way through the change of topology.
    @Test func oneParameter() throws {
        let lattice = Lattice(bounds: Self.bounds, points: 48)
        let field = Self.blend(0)
        var refiner = SurfaceRefiner(
            field, AdamFieldOptimizer(Adam.Options(rate: 0.02), field: field),
            losses: [WeightedLoss(ChamferLoss(targets: Self.torusPoints(10_000)), weight: 1)],
            extractor: SurfaceExtractor(lattice: lattice, refinement: .distance(lipschitz: 1)), plannedSteps: 120)
        var reports: [StepReport] = []
        for _ in 0..<120 { reports.append(try refiner.step()) }
        #expect(reports[0].eulerCharacteristic == 2)
        #expect(reports[0].total > 0.03)
        let end = try #require(reports.last)
        #expect(end.eulerCharacteristic == 0)
        #expect(abs(refiner.field.parameters[0] - 1) < 0.05)
        #expect(end.total < 6e-4)
    }

    /// T2 and T3: a free grid of values follows oriented points from a sphere to a torus, and back.
    @Test(arguments: [true, false]) func freeGrid(becomesTorus: Bool) throws {
        let lattice = GridField.lattice(covering: Self.bounds, spacing: 2.0 / 47)
        let (sphere, torus) = (Self.blend(0), Self.blend(1))
        let ball = geodesicSphere(radius: 0.5, level: 5).positions
        let ring = Self.torusPoints(10_000)
        let targets = becomesTorus ? ring : ball
        let normals = becomesTorus ? torus.sampled(ring).gradients : ball.map { $0 * 2 }
        var refiner = SurfaceRefiner(
            GridField(becomesTorus ? sphere : torus, lattice: lattice),
            LevelSetOptimizer(stride: 4, smoothing: 16, finalShare: 1),
            losses: [WeightedLoss(ChamferLoss(targets: targets, normals: normals, isOriented: true), weight: 1)],
            extractor: SurfaceExtractor(lattice: lattice), plannedSteps: 110)
        var reports: [StepReport] = []
        for _ in 0..<110 { reports.append(try refiner.step()) }
        // Bubbles that are left behind count 2 each.
        let wanted = becomesTorus ? 0 : 2
        #expect(reports[0].eulerCharacteristic == 2 - wanted)
        for report in reports.suffix(20) {
            #expect(report.eulerCharacteristic == wanted + 2 * (report.componentCount - 1))
            #expect(report.total < 6e-4)
        }
        let mesh = try refiner.surface().mesh
        let cleaned = try MeshCleaning.clean(mesh, MeshCleaning.Options())
        #expect(try MeshTopology(of: cleaned).eulerCharacteristic == wanted)
        #expect(cleaned.area > 0.999 * mesh.area)
    }
}
