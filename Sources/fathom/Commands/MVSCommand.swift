import FathomCore
import FathomGraph
import FathomMVS
import FathomPipeline

/// `fathom mvs SCENE`: posed views → depth and points.
enum MVSCommand: Subcommand {
    static let command = Command(
        "mvs", "posed views → depth maps and points",
        discussion: "Writes depth/STEM.EXT, confidence/STEM.EXT, preview/STEM.png, points.ply and run.json.",
        positionals: [.init("SCENE", "folder of photos with known poses; with --poses colmap photos without, or a video")],
        groups: [
            MultiViewStereoOptions(), DepthFilterOptions(), FusionOptions(), FormatFlags(), SceneFlags(), PoseFlags(),
            OutputFlags(), ShardFlags(), CacheFlags(), MemoryFlags(), SeedFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let format: FormatFlags = arguments.options()
        let plan = try Planner.plan(
            BuiltInGraph.mvs(format: format.format.fileExtension),
            options: [
                "depth": arguments.options(MultiViewStereoOptions.self), "confirmed": arguments.options(DepthFilterOptions.self),
                "points": arguments.options(FusionOptions.self),
            ])
        let scene = arguments.argument("SCENE")
        let (flags, poses): (SceneFlags, PoseFlags) = (arguments.options(), arguments.options())
        let binding = poses.applied(to: flags.binding(scene))
        return try GraphCommand.run(plan, inputs: ["photos": binding], name: scene, arguments, session)
    }
}
