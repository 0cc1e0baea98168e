import FathomCore
import FathomDepth
import FathomGeometry
import FathomGraph
import FathomMedia

/// Which network gives the depth of images.
public struct DepthOptions: DepthNetworkOptions {
    public var network = DepthModelOptions()

    public init() {}

    public static let schema = OptionSchema<Self>("Depth", networkOptions)
}

/// Relative depth of photos, one by one.
typealias RelativeDepthStage = DepthStage<RelativeDepth>
/// Depth of photos in metres, one by one.
typealias MetricDepthStage = DepthStage<MetricDepth>

/// Depth of photos, one by one. An image that cannot be read is noted and the others go on.
struct DepthStage<Meaning: DepthMeaning>: SimpleStage {
    static var name: String { Meaning.prefix + "depth" }
    static var version: SemanticVersion { SemanticVersion(1, 0, 0) }
    static var help: String { "gives \(Meaning.subject) of photos\(Meaning.condition)" }
    static var images: InputPort<ImageList> { InputPort("images", .images) }
    static var depth: OutputPort<DepthSequenceKind> { OutputPort("depth", Meaning.kind) }
    static var inputs: [Port] { [images.port] }
    static var outputs: [Port] { [depth.port] }
    static var chunking: Chunking { .perItem }
    static var unkeyedOptions: [String] { DepthModel.unkeyedOptions }

    let options: DepthOptions
    init(_ options: DepthOptions) { self.options = options }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .images, files)
    }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let images = inputs[Self.images]
        let cost = DepthModel.cost(options.network, for: .images, pixels: images.pixels)
        return StageEstimate(
            workingBytes: cost.bytes + 40 * images.pixels, coreSeconds: Double(images.count) * cost.coreSecondsPerFrame,
            outputs: Self.depth.extent(PortExtent(count: images.count, pixels: images.pixels, bytes: 0)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let images = context[Self.images]
        let model = try DepthModel.load(options.network, for: .images, isMetric: Meaning.kind.isMetric)
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
            chunk.set(Self.depth, to: DepthMap(values: try model.depth(of: picture), convention: model.convention))
            return Summary(numbers: ["images": 1, "failed": 0], facts: ["weights": .object(model.json)])
        }
    }
}
