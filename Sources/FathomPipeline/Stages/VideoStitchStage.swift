import FathomCore
import FathomDepth
import FathomGeometry
import FathomMedia

/// Relative depth of a video's frames from its windows; see `StitchedDepth`.
struct VideoStitchStage: SimpleStage {
    static let name = "video-stitch"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "joins windows of inverse depth to one sequence"
    static let inputs = VideoStitching.inputs
    static let outputs = [Port("depth", .affineInverseDepthSequence)]
    static let chunking = Chunking.whole
    static let isStored = false

    let options: VideoStitching.Options
    init(_ options: VideoStitching.Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoStitching.estimate(inputs) }
    func begin(_ context: StageContext) -> ChunkWork { VideoStitching.begin(context, .affineInverseDepthSequence) }
}

/// Metric depth of a video's frames from its windows; see `StitchedDepth`.
struct MetricVideoStitchStage: SimpleStage {
    static let name = "metric-video-stitch"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "joins windows of metric depth to one sequence"
    static let inputs = VideoStitching.inputs
    static let outputs = [Port("depth", .metricDepthSequence)]
    static let chunking = Chunking.whole
    static let isStored = false

    let options: VideoStitching.Options
    init(_ options: VideoStitching.Options) { self.options = options }

    func estimate(_ inputs: [String: PortExtent]) -> StageEstimate { VideoStitching.estimate(inputs) }
    func begin(_ context: StageContext) -> ChunkWork { VideoStitching.begin(context, .metricDepthSequence) }
}

/// What both stages do. The sequence is not stored: to join the windows again takes no longer than to read its maps, which
/// are of the frames' size.
enum VideoStitching {
    struct Options: OptionGroup {
        static let schema = OptionSchema<Self>("Stitching", [])
    }

    static let inputs = [Port("frames", .frameList), Port("windows", .depthWindows)]

    static func estimate(_ inputs: [String: PortExtent]) -> StageEstimate {
        let frames = inputs["frames", default: .none]
        // A window, and the maps that wait for a further one.
        return StageEstimate(
            workingBytes: (32 + 12) * 4 * frames.pixels, coreSeconds: Double(frames.count * frames.pixels) * 8e-9,
            outputs: ["depth": PortExtent(count: frames.count, pixels: frames.pixels, bytes: 0)])
    }

    static func begin(_ context: StageContext, _ type: PortType) -> ChunkWork {
        let frames: FrameList = context.input("frames")
        let windows: PerView<DepthWindow> = context.input("windows")
        let isMetric = type == .metricDepthSequence
        return { chunk in
            var builder = try DepthSequenceBuilder(
                convention: isMetric ? .metric(unit: "m") : .affineInverse, frameRate: frames.frameRate,
                in: context.scratchFolder, expectedPixels: frames.count * frames.width * frames.height)
            var depth = StitchedDepth(frames, isMetric: isMetric) { index in
                guard let window = try windows[index] else { preconditionFailure("every window has been computed") }
                return window
            }
            try chunk.count(total: frames.count, unit: "frames") { advance in
                while let frame = try depth.next() {
                    try builder.append(frame.depth, stem: VideoInput.stem(frame.index), time: frame.time)
                    try advance()
                }
            }
            for warning in depth.warnings { chunk.warn(warning) }
            chunk.give("depth", .depthSequence(builder.finish(), type))
            return Summary()
        }
    }
}
