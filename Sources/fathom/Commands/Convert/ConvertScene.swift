import FathomCore
import FathomGeometry

/// `fathom convert` of scenes.
enum ConvertScene {
    /// Files by whose names the format of a folder is told.
    static let fileNames = [
        (name: "transforms.json", word: "nerf"), (name: "poses_bounds.npy", word: "llff"),
        (name: "cameras_sphere.npz", word: "neus"),
    ]

    /// Where a scene goes.
    struct Target {
        let folder: String
        let exporter: any SceneExporter

        /// nil when neither `--to` nor the name of the output tells a format.
        init?(_ output: String, as exporter: (any SceneExporter)?) {
            let name = output.lastPathComponent
            let named = ConvertScene.fileNames.first { $0.name == name }
            guard let exporter = exporter ?? named.flatMap({ SceneWriter.exporter($0.word) }) else { return nil }
            self.exporter = exporter
            let parent = String(output.dropLast(name.count))
            folder = named == nil ? output : parent.isEmpty ? "." : parent
        }
    }

    /// Flags with which a COLMAP model is no longer the one that was read, so that keypoints and the like lose their meaning.
    private static let changingFlags = Set(SceneFlags.schema.options.map(\.flag)).subtracting(["images"]).union(["undistort"])

    static func run(
        _ input: String, to target: Target, _ arguments: ParsedCommand, _ session: Session
    ) throws -> CommandResult {
        let reading: SceneFlags = arguments.options()
        let writing: SceneWritingFlags = arguments.options()
        let source = try SceneSource(input)
        if FileSystem.isSameFile(source.folder, target.folder) {
            throw FathomError(
                .usage, "the scene would be written over itself", remedy: "choose another folder", at: target.folder)
        }
        if let encoding = (target.exporter as? ColmapExporter)?.encoding, ColmapConversion.applies(to: input),
            arguments.given.isDisjoint(with: changingFlags)
        {
            let images = try reading.options.imageFolder(in: source.folder)
            try ColmapConversion.convert(
                input, to: target.folder, encoding: encoding, images: images, placement: writing.placement)
            return CommandResult(
                text: "\(target.folder): the complete model as \(target.exporter.name)\n", outputs: [("scene", target.folder)])
        }
        let scene = try SceneReader.read(input, options: reading.options)
        for warning in scene.warnings { session.progress.warn(warning) }
        let dropped = try SceneWriter.write(
            scene, to: target.folder, as: target.exporter, placement: writing.placement, undistort: writing.undistort)
        for phrase in dropped { session.progress.warn("not kept: \(phrase)") }
        return CommandResult(
            text: "\(target.folder): \(scene.format) as \(target.exporter.name), \(scene.views.count) views\n",
            outputs: [("scene", target.folder)],
            figures: [("views", Double(scene.views.count)), ("points", Double(scene.points.count))])
    }
}
