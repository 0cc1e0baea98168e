import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomTestSupport
import Testing

/// Codes of a decoder that has hardly learnt anything; a trained one is fitted in `BobAndSpotTests`.
struct CodeFittingTests {
    private static let layout = MLPField.Layout(latentSize: 8, widths: [64, 64, 64, 64], activation: .softplus(beta: 10))

    private func decoder() throws -> MLPField {
        var random = SeededRandom(seed: 5)
        let points = (0..<4000).map { _ in
            SIMD3<Float>(SIMD3(random.uniform(-1..<1), random.uniform(-1..<1), random.uniform(-1..<1)))
        }
        var options = DecoderTraining.Options()
        (options.batch, options.weightRate, options.clamp) = (256, 3e-3, 1)
        var training = try DecoderTraining(
            Self.layout, shapes: [0.45, 0.6].map { r in .init(points: points, distances: points.map { length($0) - r }) },
            bounds: unitBox, options: options)
        for _ in 0..<80 { _ = try training.step() }
        return training.field(of: 0)
    }

    private let targets: [SIMD3<Float>] = {
        var random = SeededRandom(seed: 8)
        return (0..<3000).map { _ in
            0.6 * normalize(SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal()))) + SIMD3(0.03, 0, 0)
        }
    }()

    /// The derivative by the code of a loss of the extracted surface, against differences with the surface extracted anew. The
    /// targets lie evenly around it: that samples crowd where the surface grows is no part of the derivative.
    @Test func gradientThroughExtraction() throws {
        let decoder = try decoder()
        let loss = ChamferLoss(targets: targets, samples: 20_000)
        func value(_ code: [Float]) throws -> (surface: FieldSurface, loss: Double, gradients: [SIMD3<Float>]) {
            var extractor = SurfaceExtractor(
                lattice: Lattice(bounds: unitBox, points: 56), refinement: .distance(lipschitz: 3))
            let surface = try extractor.extract(decoder.with(latent: Buffer(code)))
            var gradients = [SIMD3<Float>](repeating: .zero, count: surface.mesh.positions.count)
            let value = try loss.accumulate(LossSurface(surface.mesh), weight: 1, into: &gradients)
            return (surface, value, gradients)
        }
        let code = decoder.latent.array
        let start = try value(code)
        #expect(start.surface.openEdgeCount == 0)
        #expect(try MeshTopology(of: start.surface.mesh).eulerCharacteristic == 2)
        var gradient = Buffer<Float>(repeating: 0, count: code.count)
        decoder.with(latent: decoder.latent, fitted: .latent).accumulate(
            start.surface.mesh.positions, values: start.surface.fieldUpstream(start.gradients), gradients: nil, into: &gradient)
        let slope = gradient.array.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Along the gradient, and along two directions beside it.
        var random = SeededRandom(seed: 2)
        for direction in 0..<3 {
            var way = gradient.array.map { $0 / slope }
            if direction > 0 {
                way = way.map { $0 + Float(random.normal()) * 0.15 }
                let size = way.reduce(0) { $0 + $1 * $1 }.squareRoot()
                way = way.map { $0 / size }
            }
            let step: Float = 0.02
            let ahead = try value(zip(code, way).map { $0 + step * $1 }).loss
            let behind = try value(zip(code, way).map { $0 - step * $1 }).loss
            let numeric = (ahead - behind) / Double(2 * step)
            let analytic = Double(zip(gradient.array, way).reduce(0) { $0 + $1.0 * $1.1 })
            #expect(abs(numeric - analytic) < 0.02 * abs(numeric), "\(numeric) against \(analytic)")
        }
    }

    @Test func fitsPoints() throws {
        var options = CodeFittingOptions()
        (options.steps, options.resolution) = (15, 24)
        var fit = try CodeFitting(decoder(), to: .points(targets), options: options)
        var reports: [StepReport] = []
        for _ in 0..<options.steps { reports.append(try fit.step()) }
        #expect(reports.map(\.total).min() ?? 1 < 0.8 * reports[0].total)
        #expect(fit.code != (try decoder().latent.array))
        #expect(try !fit.mesh().triangles.isEmpty)
    }

    @Test func refusals() throws {
        let decoder = try decoder()
        func refusal(_ field: MLPField, _ target: CodeFitting.Target) -> FathomError? {
            do {
                var fit = try CodeFitting(field, to: target)
                _ = try fit.step()
                return nil
            } catch { return error as? FathomError }
        }
        let camera = Camera(width: 32, height: 24, fx: 30, fy: 30, cx: 16, cy: 12)
        let pose = Pose.looking(from: [0, 0, 3], at: .zero, up: [0, 1, 0])
        func view(_ width: Int, _ value: Float) -> LossView {
            LossView(
                stem: "a", camera: camera, cameraFromWorld: pose,
                silhouette: Raster<Float>(width: width, height: 24, repeating: value))
        }
        let bad: [(CodeFitting.Target, String)] = [
            (.points([]), "no points"), (.points([SIMD3(.nan, 0, 0)]), "not finite"), (.silhouettes([]), "no view has a mask"),
            (.silhouettes([view(32, 0)]), "shows nothing"), (.silhouettes([view(32, 1)]), "covers the whole"),
        ]
        for (target, words) in bad {
            let error = refusal(decoder, target)
            #expect(error?.code == .inputInvalid)
            #expect(error?.message.contains(words) == true, "\(words): \(error?.message ?? "none")")
        }
        var half = view(31, 0)
        half.silhouette?.samples[40] = 1
        #expect(refusal(decoder, .silhouettes([half]))?.message.contains("31×24") == true)
        // The camera looks away from the box, whatever its mask says.
        var away = view(32, 0)
        away.cameraFromWorld = Pose.looking(from: [0, 0, 3], at: [0, 0, 6], up: [0, 1, 0])
        for index in 300..<340 { away.silhouette?.samples[index] = 1 }
        #expect(refusal(decoder, .silhouettes([away]))?.message.contains("nothing of the box") == true)
        let broken = decoder.with(latent: Buffer([.nan, 0, 0, 0, 0, 0, 0, 0]))
        #expect(refusal(broken, .points(targets))?.message.contains("not finite") == true)
        // A bias so large that the field is positive everywhere.
        var weights = decoder.weights
        weights[weights.count - 1] += 10
        let empty = MLPField(Self.layout, weights: weights, latent: decoder.latent, fitted: .latent, bounds: unitBox)
        #expect(refusal(empty, .points(targets))?.code == .stageFailed)
    }
}
