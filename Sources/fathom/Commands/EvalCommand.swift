import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomPipeline

#if canImport(Glibc)
import Glibc
#endif

/// `fathom eval depth|video|mesh|poses|render PRED GT`: the papers' metrics.
enum EvalCommand: Subcommand {
    /// How surfaces are compared.
    struct SurfaceOptions: OptionGroup {
        var samples = 200_000
        var maximumDistance: Double?
        var thresholds: [String] = []

        static let schema = OptionSchema<Self>(
            "Mesh evaluation",
            [
                Option("samples", \.samples, "points drawn from each mesh", range: .within(100...100_000_000)),
                Option(
                    "maximumDistance", \.maximumDistance, "leave farther points out of accuracy and completeness",
                    unit: "scene units", range: .above(0), absent: "none"),
                Option(
                    "threshold", \.thresholds, "distance for precision, recall and F-score", unit: "scene units", placeholder: "X"
                ),
            ])
    }

    static let command = Command(
        "eval", "compare depth maps, depth videos, meshes, camera poses or renders with the truth",
        discussion:
            "PRED and GT are files, or for depth folders of files with equal stems. For video PRED is a folder of depth files or "
            + "an npz file with depths [N, H, W], GT a folder of depth files or a scene with depth; frames are matched by order. "
            + "Point clouds count as meshes. For poses both are scenes of any format; views are matched by name. For render PRED is a "
            + "mesh or a folder of pictures STEM.png, GT a scene whose photos were held out.",
        positionals: [
            .init("KIND", "depth, video, mesh, poses or render"), .init("PRED", "what is judged"), .init("GT", "what is true"),
        ],
        groups: [DepthEvaluationOptions(), SurfaceOptions(), RenderEvaluationOptions(), ReadLimits(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let (prediction, truth) = (arguments.argument("PRED"), arguments.argument("GT"))
        var result: CommandResult
        switch arguments.argument("KIND") {
        case "depth": result = try depth(prediction, truth, arguments.options(), session.progress)
        case "video": result = try video(prediction, truth, arguments.options(), session.progress)
        case "mesh": result = CommandResult(figures: try surface(prediction, truth, arguments.options()))
        case "poses": result = try poses(prediction, truth, session.progress)
        case "render": result = try render(prediction, truth, arguments.options(), session.progress)
        case let other:
            throw FathomError(
                .usage, "\"\(other)\" cannot be evaluated", remedy: "say depth, video, mesh, poses or render", at: "eval")
        }
        result.text = result.figures.map { "\($0.name): \(text($0.value))\n" }.joined()
        return result
    }

    /// A figure for people: counts whole, the rest to four digits.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        if let count = Int(exactly: value) { return String(count) }
        if !value.isFinite { return "\(value)" }
        let leadingZeros = value == 0 ? 0 : max(0, -Int(log10(value.magnitude).rounded(.down)) - 1)
        return value.fixed(min(4 + leadingZeros, 12))
    }

    /// Means over the images as figures, each image as an item.
    private static func depth(
        _ prediction: String, _ truth: String, _ options: DepthEvaluationOptions, _ progress: ProgressReporter
    ) throws -> CommandResult {
        let report = try DepthEvaluator(options).evaluate(predictions: prediction, truths: truth)
        tell(withoutPrediction: report.withoutPrediction, withoutTruth: report.withoutTruth, progress)
        return CommandResult(
            figures: [("images", Double(report.images.count))] + report.mean.figures,
            items: report.images.map { image in
                JSONObject([("stem", .string(image.stem))] + image.metrics.figures.map { ($0.name, JSONValue(number: $0.value)) })
            })
    }

    /// Means over the frames as figures, each frame as an item.
    private static func video(
        _ prediction: String, _ truth: String, _ options: DepthEvaluationOptions, _ progress: ProgressReporter
    ) throws -> CommandResult {
        var task: ProgressTask?
        let metrics = try VideoEvaluator(options).evaluate(
            prediction: prediction, truth: truth, begin: { task = progress.begin("eval video", total: $0, unit: "frames read") },
            frameDone: { task?.advance() })
        task?.finish()
        for note in metrics.notes { progress.warn(note) }
        return CommandResult(
            figures: metrics.figures,
            items: metrics.frames.map { frame in JSONObject(frame.figures.map { ($0.name, JSONValue(number: $0.value)) }) })
    }

    /// Each view as an item.
    private static func poses(_ prediction: String, _ truth: String, _ progress: ProgressReporter) throws -> CommandResult {
        let metrics = try PoseEvaluator.evaluate(SceneReader.read(prediction), truth: SceneReader.read(truth))
        tell(withoutPrediction: metrics.withoutPrediction, withoutTruth: metrics.withoutTruth, progress)
        return CommandResult(
            figures: metrics.figures,
            items: metrics.views.map { view in
                [
                    "stem": .string(view.stem), "rotation_degrees": .double(view.rotation),
                    "center_relative": .double(view.center / metrics.extent),
                ]
            })
    }

    /// Means over the views as figures, each view as an item.
    private static func render(
        _ prediction: String, _ truth: String, _ options: RenderEvaluationOptions, _ progress: ProgressReporter
    ) throws -> CommandResult {
        let scene = try SceneReader.read(truth, options: SceneOptions(masks: options.masks.isEmpty ? nil : options.masks))
        for warning in scene.warnings { progress.warn(warning) }
        var task: ProgressTask?
        let report = try RenderEvaluator(options).evaluate(
            prediction, by: scene, begin: { task = progress.begin("eval render", total: $0, unit: "views") },
            viewDone: {
                task?.advance()
                try Interrupt.check()
            })
        task?.finish()
        tell(withoutPrediction: report.withoutPrediction, withoutTruth: report.withoutTruth, progress)
        let mean = report.mean
        if mean.coverage == 0 {
            progress.warn("nothing of the photos is predicted; is the mesh in the world frame of the scene?")
        }
        return CommandResult(
            figures: [("views", Double(report.views.count))] + mean.figures,
            items: report.views.map { view in
                JSONObject([("stem", .string(view.stem))] + view.metrics.figures.map { ($0.name, JSONValue(number: $0.value)) })
            })
    }

    private static func tell(withoutPrediction: [String], withoutTruth: [String], _ progress: ProgressReporter) {
        if !withoutPrediction.isEmpty { progress.warn("no prediction for: \(withoutPrediction.joined(separator: ", "))") }
        if !withoutTruth.isEmpty { progress.warn("no truth for: \(withoutTruth.joined(separator: ", "))") }
    }

    private static func surface(
        _ prediction: String, _ truth: String, _ options: SurfaceOptions
    ) throws -> [(name: String, value: Double)] {
        let thresholds = try options.thresholds.map { text in
            guard let value = Double(text), value > 0, value.isFinite else {
                throw FathomError(.usage, "\"\(text)\" is not a positive distance", at: "--threshold")
            }
            return value
        }
        let evaluator = SurfaceEvaluator(maximumDistance: options.maximumDistance, thresholds: thresholds)
        return try evaluator.evaluate(
            reconstruction: points(prediction, options.samples), truth: points(truth, options.samples)
        ).figures
    }

    /// Points of a cloud, or drawn from a mesh.
    private static func points(_ path: String, _ count: Int) throws -> PointCloud {
        let mesh = try MeshFile.read(path)
        if mesh.triangles.isEmpty { return PointCloud(positions: mesh.positions, normals: mesh.normals) }
        return try SurfaceSamples.of(mesh, count: count)
    }
}
