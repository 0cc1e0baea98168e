import FathomCore
import FathomDepth
import FathomGraph
import FathomPipeline

/// `fathom depth IMAGE|DIR|LIST…`: images → depth.
enum DepthCommand: Subcommand {
    static let command = Command(
        "depth", "photos → depth maps",
        discussion: """
            Writes depth/STEM.EXT, preview/STEM.png and run.json. Relative models give inverse depth up to an unknown scale and \
            shift (larger is nearer, 0 is infinitely far), metric ones depth in metres.
            Photos that cannot be read are listed at the end, the others go on, and the status is then 2.
            """,
        positionals: [
            .init("IMAGE", "images, folders of images, or text files with one path a line", count: 1...Int.max)
        ],
        groups: [
            DepthOptions(), DepthVideoOptions(), PointFlags(), DepthPointsOptions(), FormatFlags.png16, OutputFlags(),
            ShardFlags(), CacheFlags(), MemoryFlags(), SeedFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: DepthOptions = arguments.options()
        let format: FormatFlags = arguments.options()
        let points: PointFlags = arguments.options()
        let isMetric = try DepthModel.resolve(options.network, for: .images).output.isMetric
        try points.check(isMetric: isMetric)
        let graph = try BuiltInGraph.depth(isMetric: isMetric, format: format.format.fileExtension, points: points.points)
        var settings: [String: any OptionGroup] = ["depth": options, "pictures": arguments.options(DepthVideoOptions.self)]
        if points.points { settings["points"] = arguments.options(DepthPointsOptions.self) }
        let plan = try Planner.plan(graph, options: settings)
        let images = arguments.arguments("IMAGE")
        return try GraphCommand.run(plan, inputs: ["images": InputBinding(paths: images)], name: images[0], arguments, session)
    }
}
