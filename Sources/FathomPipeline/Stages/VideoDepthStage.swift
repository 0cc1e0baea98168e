import FathomCore
import FathomDepth
import FathomGeometry
import FathomMedia

/// Which network gives the depth of a video, and how.
public struct VideoDepthOptions: DepthNetworkOptions {
    public var network = DepthModelOptions()
    /// Frame by frame from what was seen before, instead of by windows.
    public var streaming = false
    /// Scenes between cuts are treated as videos of their own.
    public var restartAtCuts = false

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Video depth",
        networkOptions + [
            Option(
                "streaming", \.streaming, "look back only: each frame's depth from the frames before it, less accurate"),
            Option("restartAtCuts", \.restartAtCuts, "treat each scene between cuts as a video of its own"),
        ])
}

/// Relative depth of a video, consistent over time; see `VideoDepth`.
struct VideoDepthStage: Stage {
    static let name = "video-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives inverse depth of a video up to one scale and shift, consistent over time"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .affineInverseDepthSequence)]
    static let chunking = Chunking.perFrameWindow(length: 32, overlap: 10)

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoDepthRun.estimate(options, inputs) }
    func run(_ context: StageContext) throws -> Summary { try VideoDepthRun(options).run(context, .affineInverseDepthSequence) }
}

/// Depth of a video in metres, consistent over time; see `VideoDepth`.
struct MetricVideoDepthStage: Stage {
    static let name = "metric-video-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth of a video in metres, consistent over time, with a metric model"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .metricDepthSequence)]
    static let chunking = Chunking.perFrameWindow(length: 32, overlap: 10)

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoDepthRun.estimate(options, inputs) }
    func run(_ context: StageContext) throws -> Summary { try VideoDepthRun(options).run(context, .metricDepthSequence) }
}

/// What both stages do.
private struct VideoDepthRun {
    private let options: VideoDepthOptions

    init(_ options: VideoDepthOptions) { self.options = options }

    static func estimate(_ options: VideoDepthOptions, _ inputs: [String: PortExtent]) -> StageEstimate {
        let video = inputs["video", default: .none]
        let cost = DepthModel.cost(options.network, for: .video, pixels: video.pixels)
        // Twelve depth maps wait for others; a frame is held as bytes, as floats and as the network's input.
        return StageEstimate(
            workingBytes: cost.bytes + 80 * video.pixels, coreSeconds: Double(video.count) * cost.coreSecondsPerFrame,
            outputs: ["depth": PortExtent(count: video.count, pixels: video.pixels, bytes: 0)])
    }

    func run(_ context: StageContext, _ type: PortType) throws -> Summary {
        let video: VideoInput = context.input("video")
        let model = try context.loadModel(options.network, for: .video, giving: type)
        guard case .video(let network) = model.network else {
            throw FathomError(
                .usage, "\(model.name) gives depth of single images, which flickers in a video",
                remedy: "choose a video model (see fathom models list), or use fathom depth on its frames")
        }
        do {
            try DepthModel.checkShape(width: video.width, height: video.height)
        } catch let error as FathomError {
            throw error.located(at: video.path)
        }
        var builder = try DepthSequenceBuilder(
            convention: model.convention, frameRate: video.frameRate, in: context.scratchFolder,
            expectedPixels: (video.expectedCount ?? 0) * video.width * video.height)
        let start = monotonicSeconds()
        let report = try context.count(total: video.expectedCount, unit: "frames") { advance in
            var cuts = SceneCuts()
            let depth = VideoDepth(of: video.open, startsScene: options.restartAtCuts ? { cuts.isCut($0.image) } : nil)
            let emit = { (frame: VideoDepth.Frame) in
                try builder.append(frame.depth, stem: VideoInput.stem(frame.index), time: frame.time)
                try advance()
            }
            if !options.streaming { return try depth.run(network, isMetric: model.output.isMetric, emit: emit) }
            guard let network = network as? any StreamingVideoDepthNetwork else {
                throw FathomError(.usage, "\(model.name) has no streaming mode", remedy: "leave --streaming out")
            }
            return try depth.stream(network, emit: emit)
        }
        let seconds = monotonicSeconds() - start
        for warning in report.warnings { context.warn(warning) }
        let sequence = builder.finish()
        context.set("depth", to: .depthSequence(sequence, type))
        let input = network.inputSize(width: video.width, height: video.height)
        var summary = Summary(
            numbers: [
                "frames": Double(report.frameCount), "frames_per_second": Double(report.frameCount) / seconds,
            ],
            facts: [
                "weights": .object(model.json), "frame_size": [.int(video.width), .int(video.height)],
                "network_input_size": [.int(input.width), .int(input.height)],
                "cuts": .array(report.cuts.map { .int($0) }), "times": Self.times(sequence),
            ])
        if options.restartAtCuts { summary.numbers.append((name: "cuts", value: Double(report.cuts.count))) }
        return summary
    }

    /// `{"time_base": "1/12800", "pts": […]}`: when each frame is shown, in FFmpeg's words.
    private static func times(_ sequence: DepthSequence) -> JSONValue {
        let times = sequence.frames.compactMap(\.time)
        guard let clock = times.first else { return [:] }
        return [
            "time_base": .string("\(clock.numerator)/\(clock.denominator)"),
            "pts": .array(times.map { .int(Int($0.ticks)) }),
        ]
    }
}
