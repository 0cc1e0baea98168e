import FathomCore
import FathomPipeline
import FathomSynthetic

/// `fathom synth NAME`: a procedural scene with exact depth, poses and mesh.
enum SynthCommand: Subcommand {
    private static let scenes = SceneName.allCases.map(\.rawValue).joined(separator: ", ")

    static let command = Command(
        "synth", "make a procedural scene with exact depth, poses and mesh",
        discussion:
            "Scenes: \(scenes). Writes images/, a COLMAP model, depth/, masks/ where the scene has subjects, and mesh.ply.",
        positionals: [.init("NAME", "which scene")],
        groups: [SynthesisOptions(), FormatFlags(), OutputFlags(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let options: SynthesisOptions = arguments.options()
        let format: FormatFlags = arguments.options()
        let output: OutputFlags = arguments.options()
        let name = arguments.argument("NAME")
        let scene = try SyntheticScene.named(name, seed: UInt64(options.seed))
        let folder = output.folder(command: "synth", input: name)
        let task = session.progress.begin(name, total: options.views, unit: "views")
        let summary = try scene.write(
            to: folder, options: options, depthExtension: format.format.fileExtension,
            viewWritten: { _ in
                task.advance()
                try Interrupt.check()
            })
        task.finish()
        return CommandResult(
            text: "\(folder): \(summary.views) views, \(summary.points) points, \(summary.triangles) triangles\n",
            outputs: [("scene", folder)],
            figures: [
                ("views", Double(summary.views)), ("points", Double(summary.points)), ("triangles", Double(summary.triangles)),
            ])
    }
}
