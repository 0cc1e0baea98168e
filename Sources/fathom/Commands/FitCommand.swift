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
        var way = try FittingPictures(of: fit.mesh(), target)
        var reports: [StepReport] = []
        for step in 0..<steps {
            reports.append(try fit.step())
            if FittingPictures.isShown(step + 1, of: steps) { way.append(try fit.mesh()) }
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
}

/// Pictures of a surface on its way, side by side.
private struct FittingPictures {
    private let camera: Camera
    private let pose: Pose
    private var pictures: [Raster<UInt8>] = []
    private static let side = 200
    /// Pictures beside the first.
    private static let count = 7

    static func isShown(_ step: Int, of steps: Int) -> Bool {
        let before = (step - 1) * count / steps
        return step * count / steps > before
    }

    /// As the first view sees it, or from above and aside where there is none.
    init(of mesh: Mesh, _ target: CodeFitting.Target) throws {
        if case .silhouettes(let views) = target, let view = views.first {
            let scale = Double(Self.side) / Double(max(view.camera.width, view.camera.height))
            camera = view.camera.resized(
                width: max(1, Int(Double(view.camera.width) * scale)), height: max(1, Int(Double(view.camera.height) * scale)))
            pose = view.cameraFromWorld
        } else {
            let orbit = try MeshOrbit(
                around: mesh, width: Self.side, height: Self.side, fieldOfView: 50, elevation: 25, up: [0, 1, 0])
            (camera, pose) = (orbit.camera, orbit.cameraFromWorld(after: 0.12))
        }
        append(mesh)
    }

    mutating func append(_ mesh: Mesh) {
        pictures.append(MeshShading.picture(of: mesh, camera: camera, cameraFromWorld: pose, surface: .clay))
    }

    var strip: Raster<UInt8> {
        let (width, height) = (camera.width, camera.height)
        var strip = Raster<UInt8>(uninitializedWidth: width * pictures.count, height: height, channels: 3)
        strip.withMutablePointer { strip in
            for (index, picture) in pictures.enumerated() {
                picture.withPointer { picture in
                    for y in 0..<height {
                        (strip + 3 * width * (y * pictures.count + index)).update(from: picture + 3 * width * y, count: 3 * width)
                    }
                }
            }
        }
        return strip
    }
}
