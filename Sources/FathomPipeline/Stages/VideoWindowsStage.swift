import FathomCore
import FathomDepth
import FathomGraph
import FathomMedia

/// Depth of a video window by window, as the network gives it; see `DepthWindows`.
struct VideoWindowsStage: SimpleStage {
    struct Options: DepthNetworkOptions {
        var network = DepthModelOptions()

        static let schema = OptionSchema<Self>("Depth windows", networkOptions)
    }

    static let name = "video-windows"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth of windows of 32 frames of a video, each with a scale of its own"
    static let video = InputPort("video", .video)
    static let frames = InputPort("frames", .frameList)
    static let windows = OutputPort("windows", .depthWindows)
    static let inputs = [video.port, frames.port]
    static let outputs = [windows.port]
    static let chunking = Chunking.counted
    static let guides = [frames.port]
    static let unkeyedOptions = DepthModel.unkeyedOptions

    let options: Options
    init(_ options: Options) { self.options = options }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .video, files)
    }

    func chunkCount(_ inputs: StageInputs) -> Int { WindowIndex(inputs[Self.frames]).count }

    func estimate(_ inputs: InputExtents) -> StageEstimate {
        let video = inputs[Self.video]
        let cost = DepthModel.cost(options.network, for: .video, pixels: video.pixels)
        let windows = max(1, video.count / 22)
        let map = min(video.pixels, cost.mapPixels)
        return StageEstimate(
            workingBytes: cost.bytes + 40 * video.pixels, coreSeconds: Double(video.count) * cost.coreSecondsPerFrame,
            outputs: Self.windows.extent(PortExtent(count: windows, pixels: video.pixels, bytes: windows * 32 * 4 * map)))
    }

    func begin(_ context: StageContext) throws -> ChunkWork {
        let video = context[Self.video]
        let frames = context[Self.frames]
        let model = try DepthModel.load(options.network, for: .video)
        let network = try model.videoNetwork
        let windows = DepthWindows(network, frames: frames) { try video.open() }
        let input = network.inputSize(width: video.width, height: video.height)
        let facts: JSONObject = [
            "weights": .object(model.json), "network_input_size": [.int(input.width), .int(input.height)],
        ]
        return { chunk in
            for caution in model.cautions(for: .video) { chunk.warn(caution) }
            chunk.set(Self.windows, to: try windows.window(chunk.index))
            return Summary(facts: facts)
        }
    }
}
