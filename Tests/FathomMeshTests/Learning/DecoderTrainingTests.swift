import FathomCore
import FathomFields
import FathomGeometry
import FathomMesh
import FathomTestSupport
import Testing

/// A small decoder that learns a ball and a ring.
struct DecoderTrainingTests {
    private static let layout = MLPField.Layout(latentSize: 2, widths: [32, 32, 32], activation: .softplus(beta: 20))

    private static let fields: [@Sendable (SIMD3<Double>) -> Double] = [
        { length($0) - 0.5 },
        { p in
            let ring = (p.x * p.x + p.y * p.y).squareRoot() - 0.5
            return (ring * ring + p.z * p.z).squareRoot() - 0.22
        },
    ]

    /// Hardly any distances, and many points of the surfaces.
    private static let shapes: [DecoderTraining.Shape] = {
        let lattice = Lattice(bounds: unitBox, points: 49)
        return fields.map { field in
            guard let mesh = try? IsoSurface.extract(values: samples(lattice, field), lattice: lattice).mesh,
                let shape = try? DecoderTraining.Shape(mesh, samples: 120, surface: 3000, bounds: unitBox, seed: 3)
            else { preconditionFailure("the shapes are closed") }
            return shape
        }
    }()

    /// The mean distance of a shape's surface from the true one.
    private func error(_ training: DecoderTraining, _ shape: Int) throws -> Double {
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: unitBox, points: 48))
        let positions = try extractor.extract(training.field(of: shape)).mesh.positions
        return positions.reduce(0) { $0 + abs(Self.fields[shape](SIMD3<Double>($1))) } / Double(positions.count)
    }

    private func characteristic(_ field: MLPField) throws -> Int {
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: unitBox, points: 48))
        return try MeshTopology(of: extractor.extract(field).mesh).eulerCharacteristic
    }

    /// The surface's loss makes surfaces better than the same number of steps on distances alone, and the way from one
    /// code to the other leads through a change of topology.
    @Test func surfacesTeach() throws {
        var options = DecoderTraining.Options()
        options.batch = 128
        options.weightRate = 5e-3
        options.codeRate = 5e-3
        options.latticePoints = 28
        options.plannedSteps = 360
        options.schedule = .exponential(final: 0.1)
        var alone = try DecoderTraining(Self.layout, shapes: Self.shapes, bounds: unitBox, options: options)
        let first = try alone.step().distance
        for _ in 1..<260 { _ = try alone.step() }
        var together = alone
        together.options.meshWeight = 5
        var last: DecoderTraining.Report?
        for _ in 0..<100 {
            _ = try alone.step()
            last = try together.step()
        }
        let report = try #require(last)
        #expect(report.distance < first / 4)
        #expect(report.withoutSurface == 0 && report.chamfer != nil)
        let before = try error(alone, 0) + error(alone, 1)
        let after = try error(together, 0) + error(together, 1)
        #expect(after < 0.7 * before, "\(before) to \(after)")
        #expect(try characteristic(together.field(of: 0)) == 2)
        #expect(try characteristic(together.field(of: 1)) == 0)
    }

    @Test func sameSeedSameWeights() throws {
        var options = DecoderTraining.Options()
        options.batch = 64
        options.latticePoints = 16
        options.meshWeight = 1
        func weights(threads: Int) throws -> [Float] {
            let before = ThreadPool.shared.threads
            defer { ThreadPool.shared.threads = before }
            ThreadPool.shared.threads = threads
            var training = try DecoderTraining(Self.layout, shapes: Self.shapes, bounds: unitBox, options: options)
            for _ in 0..<5 { _ = try training.step() }
            return training.field(of: 1).parameters.array
        }
        #expect(try weights(threads: 1) == weights(threads: 2))
    }

    @Test func refusals() {
        func refusal(_ layout: MLPField.Layout, _ shapes: [DecoderTraining.Shape]) -> FathomError? {
            do {
                _ = try DecoderTraining(layout, shapes: shapes, bounds: unitBox)
                return nil
            } catch { return error }
        }
        var odd = Self.shapes[0]
        odd.distances[5] = .nan
        var short = Self.shapes[0]
        short.distances.removeLast()
        #expect(refusal(Self.layout, Self.shapes) == nil)
        #expect(refusal(Self.layout, [odd])?.code == .inputInvalid)
        #expect(refusal(Self.layout, [short])?.code == .inputInvalid)
        #expect(refusal(MLPField.Layout(widths: [8]), Self.shapes)?.message.contains("told apart") == true)
    }
}
