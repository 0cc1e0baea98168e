import FathomCore
import FathomGeometry
import FathomPipeline

/// `fathom render MESH`: pictures and depth of a mesh from the cameras of a scene, or a video around it.
enum RenderCommand: Subcommand {
    struct Options: OptionGroup {
        /// A scene, or `orbit`.
        var cameras = orbit
        var surface = MeshRendering.Surface.auto

        static let schema = OptionSchema<Self>(
            "Render",
            [
                Option(
                    "cameras", \.cameras, "the cameras of a scene of any format, or one turn around the mesh",
                    placeholder: "SCENE|orbit"),
                Option(
                    "surface", \.surface,
                    "the mesh's vertex colours, or clay to judge its shape; auto is colours where it has any"),
            ])
    }

    private static let orbit = "orbit"

    static let command = Command(
        "render", "a mesh → pictures and depth, or a video around it",
        discussion: """
            Without --cameras writes orbit.mp4. With it writes views/STEM.png and depth/STEM.EXT for each view of the scene: \
            colours without lighting and transparent where nothing is seen, for fathom eval render; clay lit on a light ground. \
            The mesh must be in the scene's world frame. Bent lenses are rendered straightened.
            """,
        positionals: [.init("MESH", "a mesh file: \(MeshFile.extensions.joined(separator: ", "))")],
        groups: [
            Options(), OrbitOptions(), FormatFlags(), CameraSceneFlags(), OutputFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        let isOrbit = options.cameras == orbit
        let idle =
            isOrbit
            ? (FormatFlags.schema.options.map(\.flag) + CameraSceneFlags.schema.options.map(\.flag))
            : OrbitOptions.schema.options.map(\.flag)
        if let flag = idle.first(where: { arguments.given.contains($0) }) {
            throw FathomError(
                .usage,
                isOrbit ? "says something about a scene, and there is none" : "says something about the orbit, and there is none",
                remedy: isOrbit ? "name a scene with --cameras" : "leave it or --cameras out", at: "--\(flag)")
        }
        let path = arguments.argument("MESH")
        let output: OutputFlags = arguments.options()
        let folder = output.folder(command: "render", input: path)
        let rendering = try MeshRendering(path, surface: options.surface)
        if isOrbit { return try writeOrbit(rendering, arguments.options(), folder, session) }
        let scene: CameraSceneFlags = arguments.options()
        let cameras = try SceneReader.read(options.cameras, options: scene.options)
        for warning in cameras.warnings { session.progress.warn(warning) }
        let format: FormatFlags = arguments.options()
        return try writeViews(rendering, cameras, format.format.fileExtension, folder, session)
    }

    private static func writeOrbit(
        _ rendering: MeshRendering, _ options: OrbitOptions, _ folder: String, _ session: Session
    ) throws -> CommandResult {
        let file = folder.appendingPath("orbit.mp4")
        let task = session.progress.begin("render", total: options.frames, unit: "frames")
        try rendering.writeOrbit(options, to: file) {
            task.advance()
            try Interrupt.check()
        }
        task.finish()
        return CommandResult(
            text: "\(file): \(options.frames) frames of \(rendering.triangleCount) triangles\n", outputs: [("video", file)],
            figures: [("frames", Double(options.frames)), ("triangles", Double(rendering.triangleCount))])
    }

    private static func writeViews(
        _ rendering: MeshRendering, _ scene: Scene, _ depthExtension: String, _ folder: String, _ session: Session
    ) throws -> CommandResult {
        let bent = scene.views.count { $0.camera.lens != .pinhole }
        if bent > 0 {
            session.progress.warn(
                "the lenses of \(bent) of \(scene.views.count) views are bent; these are rendered as straightened photos show them"
            )
        }
        let task = session.progress.begin("render", total: scene.views.count, unit: "views")
        let shares = try rendering.writeViews(of: scene, to: folder, depthExtension: depthExtension) {
            task.advance()
            try Interrupt.check()
        }
        task.finish()
        let coverage = shares.reduce(0, +) / Double(max(1, shares.count))
        if coverage == 0 {
            session.progress.warn("no view sees the mesh; is it in the world frame of this scene?")
        }
        return CommandResult(
            text: "\(folder): \(shares.count) views, the mesh fills \((100 * coverage).fixed(1)) % of them\n",
            outputs: [("views", folder.appendingPath("views")), ("depth", folder.appendingPath("depth"))],
            figures: [
                ("views", Double(shares.count)), ("triangles", Double(rendering.triangleCount)), ("coverage", coverage),
            ])
    }
}
