import FathomCore
import FathomDepth
import FathomGeometry
import FathomGraph
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

/// Relative depth of a video, consistent over time.
typealias RelativeVideoDepthStage = VideoDepthStage<RelativeDepth>
/// Depth of a video in metres, consistent over time.
typealias MetricVideoDepthStage = VideoDepthStage<MetricDepth>

/// Depth of a video, consistent over time; see `VideoDepth`.
struct VideoDepthStage<Meaning: DepthMeaning>: CompositeStage {
    static var name: String { Meaning.prefix + "video-depth" }
    static var version: SemanticVersion { SemanticVersion(1, 0, 0) }
    static var help: String { "gives \(Meaning.subject) of a video, consistent over time,\(Meaning.condition)" }
    static var video: InputPort<VideoInput> { InputPort("video", .video) }
    static var depth: OutputPort<DepthSequenceKind> { OutputPort("depth", Meaning.kind) }
    static var inputs: [Port] { [video.port] }
    static var outputs: [Port] { [depth.port] }

    private typealias Stream = VideoStreamStage<Meaning>
    private typealias Stitch = VideoStitchStage<Meaning>

    let options: VideoDepthOptions
    init(_ options: VideoDepthOptions) { self.options = options }

    var parts: [StagePart] {
        if options.streaming { return [StagePart("stream", Stream(options), Stream.video.from(Self.video))] }
        var scan = VideoScanStage.Options()
        scan.cuts = options.restartAtCuts
        var windows = VideoWindowsStage.Options()
        windows.network = options.network
        return [
            StagePart("scan", VideoScanStage(scan), VideoScanStage.video.from(Self.video)),
            StagePart(
                "windows", VideoWindowsStage(windows), VideoWindowsStage.video.from(Self.video),
                VideoWindowsStage.frames.from("scan", VideoScanStage.frames)),
            StagePart(
                "stitch", Stitch(.init()), Stitch.frames.from("scan", VideoScanStage.frames),
                Stitch.windows.from("windows", VideoWindowsStage.windows)),
        ]
    }

    var results: [PortLink] {
        [options.streaming ? Self.depth.from("stream", Stream.depth) : Self.depth.from("stitch", Stitch.depth)]
    }
}
