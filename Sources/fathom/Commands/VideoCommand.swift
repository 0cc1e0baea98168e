import FathomCore
import FathomDepth
import FathomGraph
import FathomMedia
import FathomPipeline

/// `fathom video VIDEO|DIR|GLOB`: a video → a depth sequence.
enum VideoCommand: Subcommand {
    /// What is written.
    struct Outputs: OptionGroup {
        var frames = true
        var losslessVideo = false

        static let schema = OptionSchema<Self>(
            "Depth of a video",
            [
                Option("frames", \.frames, "write one depth file per frame"),
                Option("losslessVideo", \.losslessVideo, "also write depth.mkv: lossless, 16 bits, one coding for the clip"),
            ])
    }

    static let command = Command(
        "video", "a video → a depth sequence, consistent over time",
        discussion: """
            Writes depth/000000.EXT per frame (with --format npz instead one depths.npz), depth.mp4 to look at, and run.json with \
            each frame's time. Relative models give inverse depth up to one scale and shift for the clip (larger is nearer, 0 is \
            infinitely far), metric ones depth in metres. Frames keep their size unless --max-side is given. Memory does not \
            depend on the length; depth waits in a temporary file in the output folder.
            """,
        positionals: [.init("VIDEO", "a video file, a folder of images, or a pattern such as 'frames/*.png'")],
        groups: [
            VideoDepthOptions(), FrameSourceOptions(), Outputs(), DepthVideoOptions(), PointFlags(), DepthPointsOptions(),
            FormatFlags.png16, OutputFlags(), ShardFlags(), CacheFlags(), MemoryFlags(), SeedFlags(), ReadLimits(),
            GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: VideoDepthOptions = arguments.options()
        let (points, shard): (PointFlags, ShardFlags) = (arguments.options(), arguments.options())
        if try options.streaming && shard.shard() != nil {
            throw FathomError(
                .usage, "with --streaming every frame depends on those before, so that nothing can be shared out",
                remedy: "leave out one of the two", at: "--shard")
        }
        let isMetric = try DepthModel.resolve(options.network, for: .video).output.isMetric
        try points.check(isMetric: isMetric)
        let graph = try BuiltInGraph.video(isMetric: isMetric, depthFiles: depthFiles(arguments), points: points.points)
        var settings: [String: any OptionGroup] = ["depth": options, "pictures": arguments.options(DepthVideoOptions.self)]
        if points.points { settings["points"] = arguments.options(DepthPointsOptions.self) }
        let plan = try Planner.plan(graph, options: settings)
        let video = arguments.argument("VIDEO")
        let binding = InputBinding(path: video, frames: arguments.options())
        return try GraphCommand.run(plan, inputs: ["video": binding], name: video, arguments, session)
    }

    /// Templates of the files that hold depth.
    private static func depthFiles(_ arguments: ParsedCommand) -> [String] {
        let outputs: Outputs = arguments.options()
        let format: FormatFlags = arguments.options()
        var files: [String] = []
        if format.format == .npz {
            files.append("depths.npz")
        } else if outputs.frames {
            files.append("depth/{stem}.\(format.format.fileExtension)")
        }
        if outputs.losslessVideo { files.append("depth.mkv") }
        return files
    }
}
