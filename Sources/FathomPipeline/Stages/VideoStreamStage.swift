import FathomCore
import FathomDepth
import FathomGeometry
import FathomMedia

/// Relative depth of a video frame by frame, from what was seen before; see `VideoDepth.stream`.
struct VideoStreamStage: SimpleStage {
    static let name = "video-stream"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives inverse depth of a video, looking back only"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .affineInverseDepthSequence)]
    static let chunking = Chunking.whole
    static let isStored = false
    static let unkeyedOptions = DepthModel.unkeyedOptions

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .video, files)
    }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoStreaming.estimate(options, inputs) }

    func begin(_ context: StageContext) throws -> ChunkWork {
        try VideoStreaming.begin(options, context, .affineInverseDepthSequence)
    }
}

/// Metric depth of a video frame by frame, from what was seen before; see `VideoDepth.stream`.
struct MetricVideoStreamStage: SimpleStage {
    static let name = "metric-video-stream"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives metric depth of a video, looking back only"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .metricDepthSequence)]
    static let chunking = Chunking.whole
    static let isStored = false
    static let unkeyedOptions = DepthModel.unkeyedOptions

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    func dependencies(_ files: (String) throws -> Digest) throws -> JSONObject {
        try DepthModel.dependencies(options.network, for: .video, files)
    }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoStreaming.estimate(options, inputs) }

    func begin(_ context: StageContext) throws -> ChunkWork {
        try VideoStreaming.begin(options, context, .metricDepthSequence)
    }
}

/// What both stages do. Every frame depends on all before it, so that nothing could be resumed; the sequence is not stored.
private enum VideoStreaming {
    static func estimate(_ options: VideoDepthOptions, _ inputs: [String: PortExtent]) -> StageEstimate {
        let video = inputs["video", default: .none]
        let cost = DepthModel.cost(options.network, for: .video, pixels: video.pixels)
        return StageEstimate(
            workingBytes: cost.bytes + 40 * video.pixels, coreSeconds: Double(video.count) * cost.coreSecondsPerFrame,
            outputs: ["depth": PortExtent(count: video.count, pixels: video.pixels, bytes: 0)])
    }

    static func begin(_ options: VideoDepthOptions, _ context: StageContext, _ type: PortType) throws -> ChunkWork {
        let video: VideoInput = context.input("video")
        let model = try DepthModel.load(options.network, for: .video, giving: type)
        _ = try model.videoNetwork
        guard let network = model.network.streaming else {
            throw FathomError(.usage, "\(model.name) has no streaming mode", remedy: "leave --streaming out")
        }
        return { chunk in
            for caution in model.cautions(for: .video) { chunk.warn(caution) }
            var builder = try DepthSequenceBuilder(
                convention: model.convention, frameRate: video.frameRate, in: context.scratchFolder,
                expectedPixels: (video.expectedCount ?? 0) * video.width * video.height)
            let report = try chunk.count(total: video.expectedCount, unit: "frames") { advance in
                var cuts = SceneCuts()
                let depth = VideoDepth(
                    of: { try video.open() }, startsScene: options.restartAtCuts ? { cuts.isCut($0.image) } : nil)
                return try depth.stream(network) { frame in
                    try builder.append(frame.depth, stem: VideoInput.stem(frame.index), time: frame.time)
                    try advance()
                }
            }
            for warning in report.warnings { chunk.warn(warning) }
            chunk.give("depth", .depthSequence(builder.finish(), type))
            return Summary(
                numbers: ["frames": Double(report.frameCount)],
                facts: ["weights": .object(model.json), "cuts": .array(report.cuts.map { .int($0) })])
        }
    }
}
