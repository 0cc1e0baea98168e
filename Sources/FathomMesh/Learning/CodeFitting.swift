import FathomCore
import FathomFields
import FathomGeometry
import FathomMedia
import FathomTensor

/// How a code is found.
public struct CodeFittingOptions: OptionGroup {
    public var steps = 100
    /// Of Adam, in units of the code.
    public var rate = 0.1
    /// Points along each axis of the lattice that the surface is extracted on.
    public var resolution = 64
    /// How much it costs to leave the nearest known code.
    public var codeWeight = 0.0

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Fit",
        [
            Option("steps", \.steps, "steps of the optimiser", range: .within(1...100_000)),
            Option("rate", \.rate, "size of the first steps, in units of the code", range: .above(0)),
            Option(
                "resolution", \.resolution, "points along each side of the box on which the surface is extracted",
                range: .within(8...512)),
            Option("codeWeight", \.codeWeight, "how much it costs to leave the nearest known code", range: .atLeast(0)),
        ])
}

/// Finds the code with which a trained decoder makes the shape that outlines or points show.
///
/// Each step extracts the decoder's surface and carries the loss of its vertices to the code (Remelli et al., "MeshSDF", NeurIPS
/// 2020, §3.3): reconstruction from a single view, where there is one outline. Only the code changes, so that what no view sees
/// follows from the shapes that the decoder has learnt.
public struct CodeFitting: Sendable {
    /// What the shape is known by.
    public enum Target: Sendable {
        /// Views with silhouettes.
        case silhouettes([LossView])
        /// Points on its surface, world units.
        case points([SIMD3<Float>])
    }

    private var refiner: SurfaceRefiner<AdamFieldOptimizer<MLPField>>
    public let options: CodeFittingOptions

    /// - Parameters:
    ///   - decoder: with the code to start from; what is fitted is the code.
    ///   - knownCodes: those of the shapes that the decoder was trained on, for `codeWeight`.
    /// - Throws: `inputInvalid` for a code that is empty or not finite, targets that are empty or not finite, masks that show nothing, or
    ///   nothing of the decoder's box;
    ///   `stageFailed` where the decoder has no surface in its box.
    public init(
        _ decoder: MLPField, to target: Target, knownCodes: [[Float]] = [], options: CodeFittingOptions = CodeFittingOptions()
    ) throws {
        let field = decoder.with(latent: decoder.latent, fitted: .latent)
        guard field.layout.latentSize > 0 else {
            throw FathomError(.inputInvalid, "the decoder takes no code, so that there is nothing to fit")
        }
        guard field.latent.array.allSatisfy(\.isFinite) else {
            throw FathomError(.inputInvalid, "the code to start from is not finite", remedy: "start from another code")
        }
        let (loss, views): (any MeshLoss, [LossView])
        switch target {
        case .silhouettes(let all):
            try Self.check(all, field.bounds)
            (loss, views) = (try SilhouetteLoss(all), all)
        case .points(let points):
            guard !points.isEmpty, points.allSatisfy({ $0.sum().isFinite }) else {
                throw FathomError(.inputInvalid, "the target has no points, or some that are not finite")
            }
            (loss, views) = (ChamferLoss(targets: points, samples: 5000), [])
        }
        self.options = options
        let priors = options.codeWeight > 0 && !knownCodes.isEmpty ? [CodePrior(knownCodes)] : []
        refiner = SurfaceRefiner(
            field,
            AdamFieldOptimizer(
                Adam.Options(rate: Float(options.rate)), field: field, schedule: .cosine(final: 0.05),
                fieldLosses: priors.map { ($0, Float(options.codeWeight)) }),
            losses: [WeightedLoss(loss, weight: 1)], views: views,
            // A second step of polish would take a quarter of the time and change no fit.
            extractor: SurfaceExtractor(lattice: Lattice(bounds: field.bounds, points: options.resolution), polishSteps: 1),
            plannedSteps: options.steps)
    }

    private static func check(_ views: [LossView], _ bounds: Bounds) throws {
        for view in views {
            guard let mask = view.silhouette else { continue }
            let share = mask.samples.array.reduce(0.0) { $0 + Double($1) } / Double(max(1, mask.pixelCount))
            guard share > 0, share < 1 else {
                throw FathomError(
                    .inputInvalid, share > 0 ? "the mask covers the whole picture" : "the mask shows nothing",
                    remedy: "give masks that are white where the object is and black around it", at: view.stem)
            }
            guard showsSomething(of: bounds, mask, view) else {
                throw FathomError(
                    .inputInvalid, "the mask shows nothing of the box that holds the decoder's shapes",
                    remedy: "check that the camera is in the decoder's frame, and how large the box is", at: view.stem)
            }
        }
    }

    /// Whether the ray of a pixel that is more inside than outside meets the box.
    private static func showsSomething(of bounds: Bounds, _ mask: Raster<Float>, _ view: LossView) -> Bool {
        let center = view.cameraFromWorld.center
        let worldFromPixel = view.cameraFromWorld.rotation.transposed * view.camera.inverseMatrix
        return (0..<mask.pixelCount).contains { index in
            guard mask.samples[index] > 0.5 else { return false }
            let ray = worldFromPixel * SIMD3(Double(index % mask.width) + 0.5, Double(index / mask.width) + 0.5, 1)
            let (a, b) = ((bounds.lower - center) / ray, (bounds.upper - center) / ray)
            let (near, far) = (pointwiseMin(a, b).max(), pointwiseMax(a, b).min())
            return near <= far && far > 0
        }
    }

    /// Takes a step.
    ///
    /// - Throws: as `SurfaceRefiner.step`.
    public mutating func step() throws -> StepReport { try refiner.step() }

    /// The code whose loss was least so far.
    public var code: [Float] { refiner.bestField.latent.array }

    /// The surface of that code.
    ///
    /// - Throws: `stageFailed` where it has none in the decoder's box.
    public func mesh() throws -> Mesh {
        let field = refiner.bestField
        var extractor = SurfaceExtractor(lattice: Lattice(bounds: field.bounds, points: options.resolution))
        let mesh = try extractor.extract(field).mesh
        if mesh.triangles.isEmpty { throw FathomError.noZeroCrossing }
        return mesh
    }
}

/// The squared distance of a field's parameters to the nearest of known codes.
private struct CodePrior: FieldLoss {
    let name = "code"
    let codes: [[Float]]

    init(_ codes: [[Float]]) { self.codes = codes }

    func accumulate(_ field: some ImplicitField, weight: Float, into gradient: inout Buffer<Float>) -> Double {
        let code = field.parameters.array
        let offsets = codes.map { known in zip(code, known).map { $0 - $1 } }
        func square(_ offset: [Float]) -> Float { offset.reduce(0) { $0 + $1 * $1 } }
        guard let nearest = offsets.min(by: { square($0) < square($1) }) else { return 0 }
        for (index, offset) in nearest.enumerated() { gradient[index] += 2 * weight * offset }
        return Double(square(nearest))
    }
}
