import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import FathomTensor
import FathomTestSupport
import Testing

/// A sphere becomes a torus, and back: surfaces of another topology are reached without being told so.
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

    private static func spherePoints(_ count: Int) -> [SIMD3<Float>] {
        var random = SeededRandom(seed: 2)
        return (0..<count).map { _ in
            normalize(SIMD3<Float>(Float(random.normal()), Float(random.normal()), Float(random.normal()))) * 0.5
        }
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

    /// T2 and T3: free values on a grid, either way. The way may be wild; its end may not.
    @Test(arguments: [false, true])
    func gridValues(backwards: Bool) throws {
        let lattice = GridField.lattice(covering: Self.bounds, spacing: 2.0 / 47)
        let ball = FormulaField { length($0) - 0.5 }
        let ring = FormulaField { Float(AnalyticField.torus(SIMD3<Double>($0), 0.45, 0.18).0) }
        let field =
            backwards
            ? GridField(LatticeSampler.dense(ring, lattice: lattice), lattice: lattice)
            : GridField(LatticeSampler.dense(ball, lattice: lattice), lattice: lattice)
        let targets = backwards ? Self.spherePoints(10_000) : Self.torusPoints(10_000)
        let spacing = Float(lattice.spacing.x)
        var refiner = SurfaceRefiner(
            field, LevelSetOptimizer(stride: 0.5, smoothing: 2, finalShare: 0.1),
            losses: [
                WeightedLoss(ChamferLoss(targets: targets), weight: 1),
                WeightedLoss(LaplacianLoss(scale: spacing), weight: 5e-3),
            ],
            extractor: SurfaceExtractor(lattice: lattice, polishSteps: 0), plannedSteps: 150)
        var reports: [StepReport] = []
        for _ in 0..<150 { reports.append(try refiner.step()) }
        let wanted = backwards ? 2 : 0
        print(backwards, reports.map { "\($0.eulerCharacteristic)/\($0.componentCount)/\(Int($0.total * 1e6))" })
        #expect(reports[0].eulerCharacteristic == 2 - wanted)
        #expect(reports.suffix(20).allSatisfy { $0.eulerCharacteristic == wanted && $0.componentCount == 1 })
        let end = try #require(reports.last)
        #expect(end.total < 6e-4, "\(end.total)")
    }
}

#if canImport(Glibc)
import Glibc
#endif
