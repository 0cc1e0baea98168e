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
struct DepthStage: SimpleStage {
    static let name = "depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives inverse depth of photos up to scale and shift"
    static let inputs = [Port("images", .images)]
    static let outputs = [Port("depth", .affineInverseDepthSequence)]
    static let chunking = Chunking.perItem
    static let unkeyedOptions = DepthModel.unkeyedOptions

    let options: DepthOptions
    init(_ options: DepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { ImageDepthRun.estimate(options, inputs) }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .images, files)
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        try ImageDepthRun(options).begin(context, .affineInverseDepthSequence)
    }
}

/// Depth of photos in metres, one by one.
struct MetricDepthStage: SimpleStage {
    static let name = "metric-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth of photos in metres, with a metric model"
    static let inputs = [Port("images", .images)]
    static let outputs = [Port("depth", .metricDepthSequence)]
    static let chunking = Chunking.perItem
    static let unkeyedOptions = DepthModel.unkeyedOptions

    let options: DepthOptions
    init(_ options: DepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { ImageDepthRun.estimate(options, inputs) }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .images, files)
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        try ImageDepthRun(options).begin(context, .metricDepthSequence)
    }
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

    func begin(_ context: StageContext, _ type: PortType) throws -> ChunkWork {
        let images: ImageList = context.input("images")
        let model = try DepthModel.load(options.network, for: .images, giving: type)
        return { chunk in
            let image = images.images[chunk.index]
            let picture: Raster<UInt8>
            do {
                picture = try images.picture(at: chunk.index)
                try DepthModel.checkShape(width: picture.width, height: picture.height)
            } catch let error as FathomError where error.code != .interrupted {
                chunk.fail(image.path, error)
                return Summary(numbers: ["failed": 1])
            }
            for caution in model.cautions(for: .images) { chunk.warn(caution) }
            chunk.set("depth", to: .depthMap(DepthMap(values: try model.depth(of: picture), convention: model.convention)))
            return Summary(numbers: ["images": 1, "failed": 0], facts: ["weights": .object(model.json)])
        }
    }
}
