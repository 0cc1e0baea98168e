import CKernels
import FathomCore
import FathomTensor

/// How a radiance field is made and fitted to photos.
public struct RadianceFieldOptions: OptionGroup, Equatable {
    public var preset = EncodingPreset.quality
    /// Nil takes the preset's.
    public var steps: Int?
    public var raysPerStep = 2048
    public var samplesPerRay = 96
    public var hiddenWidth = 32
    public var activation = DensityActivation.softplus
    public var background = Background.black
    /// The depth that depth losses see; not `.median`, which has no gradient.
    public var depthKind = DepthKind.opaque
    /// Share of the steps over which finer features open; 0 for all at once.
    public var annealing = 0.6
    /// Share of the steps before colours may depend on directions; 0 for never waiting.
    public var directionDelay = 0.5
    public var distortionWeight = 1e-3
    public var occlusionWeight = 0.01
    /// The part of each ray, from its start, where density counts as occlusion.
    public var occlusionRange = 0.15
    public var smoothnessWeight = 1e-5
    /// Whether each photo has a gain and an offset per channel.
    public var exposure = false
    public var exposureWeight = 0.1
    public var gridRate = 1e-2
    public var networkRate = 2e-3
    /// Rates at the end, as a share of those at the start.
    public var finalRate = 0.1
    public var warmUp = 256
    public var networkDecay = 1e-6
    /// How much of the mean over past parameters a step keeps.
    public var averaging = 0.95

    public init() {}

    /// Steps of the whole training.
    public var stepCount: Int { steps ?? preset.steps }

    public static let schema = OptionSchema<Self>(
        "Radiance field",
        [
            Option("preset", \.preset, "what features of a position are made of"),
            Option("steps", \.steps, "steps of the training", range: .within(1...1_000_000), absent: "auto"),
            Option("raysPerStep", \.raysPerStep, "rays that a step follows", range: .within(16...65536)),
            Option("samplesPerRay", \.samplesPerRay, "steps along a ray", range: .within(8...Int(FATHOM_RADIANCE_STEPS))),
            Option("hiddenWidth", \.hiddenWidth, "width of the networks, a multiple of 16", range: .within(16...64)),
            Option("activation", \.activation, "how the network's number becomes a density"),
            Option("background", \.background, "what is behind everything"),
            Option("depthKind", \.depthKind, "the depth that depth losses see"),
            Option("annealing", \.annealing, "share of the steps over which finer features open", range: .within(0...1)),
            Option(
                "directionDelay", \.directionDelay, "share of the steps before colours depend on directions",
                range: .within(0...1)),
            Option("distortionWeight", \.distortionWeight, "how much it counts that light ends in one place", range: .atLeast(0)),
            Option("occlusionWeight", \.occlusionWeight, "how much it counts that nothing is near cameras", range: .atLeast(0)),
            Option("occlusionRange", \.occlusionRange, "share of a ray that counts as near", range: .within(0...1)),
            Option("smoothnessWeight", \.smoothnessWeight, "how much smoothness of coarse features counts", range: .atLeast(0)),
            Option("exposure", \.exposure, "fit a gain and an offset per photo and channel"),
            Option("exposureWeight", \.exposureWeight, "how much it counts that they change nothing", range: .atLeast(0)),
            Option("gridRate", \.gridRate, "size of the first steps of features", range: .above(0)),
            Option("networkRate", \.networkRate, "size of the first steps of networks", range: .above(0)),
            Option("finalRate", \.finalRate, "size of the last steps, as a share", range: .above(0, atMost: 1)),
            Option("warmUp", \.warmUp, "steps until steps have their full size", range: .within(0...1_000_000)),
            Option("networkDecay", \.networkDecay, "weight decay of the networks", range: .atLeast(0)),
            Option("averaging", \.averaging, "how much of the mean of past parameters a step keeps", range: .within(0...0.9999)),
        ])

    public func validate() throws {
        guard hiddenWidth % 16 == 0 else {
            throw FathomError(
                .usage, "the networks are \(hiddenWidth) wide", remedy: "choose 16, 32, 48 or 64", at: "--hidden-width")
        }
        guard depthKind != .median else {
            throw FathomError(
                .usage, "the median depth has no gradient", remedy: "choose opaque or mean", at: "--depth-kind")
        }
    }

    var anneal: Annealing { Annealing(levelShare: annealing, directionShare: directionDelay) }

    /// The schedule's factor at a step, warm-up included.
    func rateFactor(step: Int) -> Float {
        let warm = warmUp > 0 ? min(1, Float(step + 1) / Float(warmUp)) : 1
        return warm * LearningRate.exponential(final: Float(finalRate)).factor(step: step, of: stepCount)
    }
}
