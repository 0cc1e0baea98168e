import FathomCore
import FathomDepth
import FathomGeometry
import FathomMedia

/// Which network gives the depth of images.
public struct DepthOptions: DepthNetworkOptions {
    public var network = DepthModelOptions()

    public init() {}

    public static let schema = OptionSchema<Self>("Depth", networkOptions)
}

/// Relative depth of photos, one by one.
struct DepthStage: Stage {
    static let name = "depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives inverse depth of photos up to scale and shift"
    static let inputs = [Port("images", .images)]
    static let outputs = [Port("depth", .affineInverseDepthSequence)]
    static let chunking = Chunking.perView

    let options: DepthOptions
    init(_ options: DepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { ImageDepthRun.estimate(options, inputs) }
    func run(_ context: StageContext) throws -> Summary { try ImageDepthRun(options).run(context, .affineInverseDepthSequence) }
}

/// Depth of photos in metres, one by one.
struct MetricDepthStage: Stage {
    static let name = "metric-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth of photos in metres, with a metric model"
    static let inputs = [Port("images", .images)]
    static let outputs = [Port("depth", .metricDepthSequence)]
    static let chunking = Chunking.perView

    let options: DepthOptions
    init(_ options: DepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { ImageDepthRun.estimate(options, inputs) }
    func run(_ context: StageContext) throws -> Summary { try ImageDepthRun(options).run(context, .metricDepthSequence) }
}

/// What both stages do. An image that cannot be read is noted and the others go on.
private struct ImageDepthRun {
    private let options: DepthOptions

    init(_ options: DepthOptions) { self.options = options }

    static func estimate(_ options: DepthOptions, _ inputs: [String: PortExtent]) -> StageEstimate {
        let images = inputs["images", default: .none]
        let cost = DepthModel.cost(options.network, for: .images, pixels: images.pixels)
        return StageEstimate(
            workingBytes: cost.bytes + 40 * images.pixels, coreSeconds: Double(images.count) * cost.coreSecondsPerFrame,
            outputs: ["depth": PortExtent(count: images.count, pixels: images.pixels, bytes: 0)])
    }

    func run(_ context: StageContext, _ type: PortType) throws -> Summary {
        let images: ImageList = context.input("images")
        let model = try context.loadModel(options.network, for: .images, giving: type)
        var builder = try DepthSequenceBuilder(
            convention: model.convention, in: context.scratchFolder, expectedPixels: images.pixelCount)
        var failures: [FathomError] = []
        try context.forEach(0..<images.count, unit: "images") { index in
            let image = images.images[index]
            let picture: Raster<UInt8>
            do {
                picture = try images.picture(at: index)
                try DepthModel.checkShape(width: picture.width, height: picture.height)
            } catch let error as FathomError {
                let error = error.located(at: image.path)
                guard images.count > 1 else { throw error }
                failures.append(error)
                context.fail(image.path, error)
                return
            }
            try builder.append(try model.depth(of: picture), stem: image.stem)
        }
        if failures.count == images.count, let first = failures.first {
            throw FathomError(first.code, "none of the \(images.count) images can be read; the first: \(first)")
        }
        let sequence = builder.finish()
        context.set("depth", to: .depthSequence(sequence, type))
        return Summary(
            numbers: ["images": Double(sequence.count), "failed": Double(failures.count)],
            facts: ["weights": .object(model.json)])
    }
}
