import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia
import FathomMesh
import FathomPipeline

/// `fathom fit DECODER TARGET`: the shape of a trained decoder that outlines or points show.
enum FitCommand: Subcommand {
    struct Options: OptionGroup {
        var codes = ""
        var start = DecoderFile.Start.mean
        var box = 1.0
        var viewSize = 256

        static let schema = OptionSchema<Self>(
            "Decoder",
            [
                Option("codes", \.codes, "file of the decoder's codes, one row per shape", placeholder: "FILE"),
                Option(
                    "start", \.start,
                    "code to start from: one of the file's by its number from 0, that of an NPY file, their mean, or zeros",
                    placeholder: "mean|zero|N|FILE", parse: { DecoderFile.Start($0) }, print: { "\($0)" }),
                Option("box", \.box, "half the side of the cube around 0 that holds the decoder's shapes", range: .above(0)),
                Option(
                    "viewSize", \.viewSize, "longer side at which outlines are compared", unit: "pixels",
                    range: .within(32...4096)),
            ])
    }

    static let command = Command(
        "fit", "a decoder and an outline or points → the shape, by its latent code",
        discussion: """
            DECODER is a network of signed distances with a latent code, as DeepSDF and MeshSDF train them (.pth or .safetensors). \
            TARGET is a scene of one or more views with masks, or a mesh or point cloud file; it must be in the decoder's frame. \
            Only the code is fitted. Writes mesh.ply, code.npy and way.png, pictures of the way.
            """,
        positionals: [
            .init("DECODER", "weights of the decoder"), .init("TARGET", "a scene with masks, or a file of a mesh or points"),
        ],
        groups: [
            Options(), CodeFittingOptions(), SceneFlags(), OutputFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: Options = arguments.options()
        guard !options.codes.isEmpty else {
            throw FathomError(
                .usage, "the decoder's codes are missing", remedy: "name their file, such as --codes latent_codes.pth",
                at: "--codes")
        }
        let output: OutputFlags = arguments.options()
        let path = arguments.argument("TARGET")
        let folder = output.folder(command: "fit", input: path)
        let box = Bounds(lower: SIMD3(repeating: -options.box), upper: SIMD3(repeating: options.box))
        let decoder = try DecoderFile(arguments.argument("DECODER"), codes: options.codes, bounds: box)
        let target = try readTarget(path, options, arguments.options(), session)
        let fitting: CodeFittingOptions = arguments.options()
        var fit = try CodeFitting(decoder.field(from: options.start), to: target, knownCodes: decoder.codes, options: fitting)
        return try run(&fit, target, folder, session)
    }

    private static func readTarget(
        _ path: String, _ options: Options, _ scene: SceneFlags, _ session: Session
    ) throws -> CodeFitting.Target {
        if FileSystem.kind(of: path) == .file, MeshFile.extensions.contains(path.pathExtension.lowercased()) {
            let mesh = try MeshFile.read(path)
            return .points(mesh.triangles.isEmpty ? mesh.positions : try SurfaceSamples.of(mesh, count: 10_000).positions)
        }
        let cameras = try SceneReader.read(path, options: scene.options)
        for warning in cameras.warnings { session.progress.warn(warning) }
        return .silhouettes(try LossView.silhouettes(of: cameras, longerSide: options.viewSize))
    }

    private static func run(
        _ fit: inout CodeFitting, _ target: CodeFitting.Target, _ folder: String, _ session: Session
    ) throws -> CommandResult {
        let steps = fit.options.steps
        let task = session.progress.begin("fit", total: steps, unit: "steps")
        var way = try way(of: fit.mesh(), target)
        way.append(try fit.mesh())
        var reports: [StepReport] = []
        for step in 0..<steps {
            reports.append(try fit.step())
            if MeshWay.isShown(after: step + 1, of: steps) { way.append(try fit.mesh()) }
            task.advance()
            try Interrupt.check()
        }
        task.finish()
        let mesh = try fit.mesh()
        try FileSystem.makeFolder(folder)
        let files = (
            mesh: folder.appendingPath("mesh.ply"), code: folder.appendingPath("code.npy"), way: folder.appendingPath("way.png")
        )
        try MeshFile.write(mesh, to: files.mesh)
        try NPYWriter.write(Buffer(fit.code), shape: [fit.code.count], to: files.code)
        try ImageFile.writePNG(way.strip, to: files.way)
        let topology = try MeshTopology(of: mesh)
        var figures = [
            ("loss", reports.map(\.total).min() ?? 0), ("loss_at_start", reports.first?.total ?? 0),
            ("euler_characteristic", Double(topology.eulerCharacteristic)), ("components", Double(topology.componentCount)),
            ("seconds_per_step", reports.map(\.seconds).reduce(0, +) / Double(max(1, reports.count))),
        ]
        var text = "\(files.mesh): \(mesh.triangles.count) triangles, Euler characteristic \(topology.eulerCharacteristic)"
        if case .silhouettes(let views) = target {
            let overlap = MeshOverlap.mean(of: mesh, views)
            figures.append(("iou", overlap))
            text += ", outlines overlap by \(overlap.fixed(3))"
        }
        return CommandResult(
            text: text + "\n", outputs: [("mesh", files.mesh), ("code", files.code), ("way", files.way)], figures: figures)
    }

    /// As the first view sees the shape, or from above and aside where there is none.
    private static func way(of mesh: Mesh, _ target: CodeFitting.Target) throws -> MeshWay {
        if case .silhouettes(let views) = target, let view = views.first {
            return MeshWay(seenBy: view.camera, view.cameraFromWorld)
        }
        let orbit = try MeshOrbit(
            around: mesh, width: MeshWay.side, height: MeshWay.side, fieldOfView: 50, elevation: 25, up: [0, 1, 0])
        return MeshWay(seenBy: orbit.camera, orbit.cameraFromWorld(after: 0.12))
    }
}
