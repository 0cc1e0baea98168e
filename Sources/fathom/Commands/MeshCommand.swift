import FathomCore
import FathomFields
import FathomGraph
import FathomMVS
import FathomMesh
import FathomPipeline

/// `fathom mesh SCENE`: posed views → mesh.
enum MeshCommand: Subcommand {
    /// How the surface is found.
    struct MethodFlags: OptionGroup {
        enum Method: String, CaseIterable, OptionValue {
            case tsdf
            case deepMesh = "deep-mesh"
        }

        var method = Method.tsdf

        static let schema = OptionSchema<Self>(
            "Method",
            [
                Option(
                    "method", \.method, "tsdf fuses depth maps; deep-mesh refines that through its implicit surface, by masks too"
                )
            ])
    }

    static let command = Command(
        "mesh", "posed views → coloured mesh",
        discussion: "Writes what mvs writes, and mesh.ply, mesh.glb and preview/mesh-STEM.png.",
        positionals: [.init("SCENE", "folder of photos with known poses; with --poses colmap photos without, or a video")],
        groups: [
            MultiViewStereoOptions(), DepthFilterOptions(), FusionOptions(), volumeOptions, CleanOptions(), MethodFlags(),
            MeshRefinementOptions(), SimplifyOptions(), FormatFlags(), SceneFlags(), PoseFlags(), OutputFlags(), ShardFlags(),
            CacheFlags(), MemoryFlags(), SeedFlags(),
            ReadLimits(),
            GlobalOptions(),
        ])

    /// The mesh gets its colours from the photos, so the volume need not keep any.
    private static var volumeOptions: DepthVolumeOptions {
        var options = DepthVolumeOptions()
        options.color = false
        return options
    }

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let format: FormatFlags = arguments.options()
        let isRefined = arguments.options(MethodFlags.self).method == .deepMesh
        if !isRefined, let flag = MeshRefinementOptions.schema.options.map(\.flag).first(where: { arguments.given.contains($0) })
        {
            throw FathomError(
                .usage, "says how the mesh is refined, and it is not", remedy: "add --method deep-mesh", at: "--\(flag)")
        }
        var options: [String: any OptionGroup] = [
            "depth": arguments.options(MultiViewStereoOptions.self), "confirmed": arguments.options(DepthFilterOptions.self),
            "points": arguments.options(FusionOptions.self), "volume": arguments.options(DepthVolumeOptions.self),
            "clean": arguments.options(CleanOptions.self), "mesh": arguments.options(SimplifyOptions.self),
        ]
        if isRefined { options["refined"] = arguments.options(MeshRefinementOptions.self) }
        let plan = try Planner.plan(
            BuiltInGraph.mesh(format: format.format.fileExtension, isRefined: isRefined), options: options)
        let scene = arguments.argument("SCENE")
        let (flags, poses): (SceneFlags, PoseFlags) = (arguments.options(), arguments.options())
        let binding = poses.applied(to: flags.binding(scene))
        return try GraphCommand.run(plan, inputs: ["photos": binding], name: scene, arguments, session)
    }
}
