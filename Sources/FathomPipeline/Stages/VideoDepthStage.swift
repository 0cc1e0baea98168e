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
struct VideoDepthStage: CompositeStage {
    static let name = "video-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives inverse depth of a video up to one scale and shift, consistent over time"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .affineInverseDepthSequence)]

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    var parts: [StagePart] {
        if options.streaming { return [StagePart("stream", VideoStreamStage(options), ["video": .input("video")])] }
        return VideoDepthParts.before(options)
            + [StagePart("stitch", VideoStitchStage(.init()), VideoDepthParts.stitchInputs)]
    }

    var results: [String: StagePart.Source] { ["depth": .part(options.streaming ? "stream" : "stitch", "depth")] }
}

/// Depth of a video in metres, consistent over time; see `VideoDepth`.
struct MetricVideoDepthStage: CompositeStage {
    static let name = "metric-video-depth"
    static let version = SemanticVersion(1, 0, 0)
    static let help = "gives depth of a video in metres, consistent over time, with a metric model"
    static let inputs = [Port("video", .video)]
    static let outputs = [Port("depth", .metricDepthSequence)]

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    var parts: [StagePart] {
        if options.streaming { return [StagePart("stream", MetricVideoStreamStage(options), ["video": .input("video")])] }
        return VideoDepthParts.before(options)
            + [StagePart("stitch", MetricVideoStitchStage(.init()), VideoDepthParts.stitchInputs)]
    }

    var results: [String: StagePart.Source] { ["depth": .part(options.streaming ? "stream" : "stitch", "depth")] }
}

/// What both stages share.
private enum VideoDepthParts {
    /// The parts before the one that stitches windows.
    static func before(_ options: VideoDepthOptions) -> [StagePart] {
        var scan = VideoScanStage.Options()
        scan.cuts = options.restartAtCuts
        var windows = VideoWindowsStage.Options()
        windows.network = options.network
        return [
            StagePart("scan", VideoScanStage(scan), ["video": .input("video")]),
            StagePart(
                "windows", VideoWindowsStage(windows), ["video": .input("video"), "frames": .part("scan", "frames")]),
        ]
    }

    static let stitchInputs: [String: StagePart.Source] = [
        "frames": .part("scan", "frames"), "windows": .part("windows", "windows"),
    ]
}
