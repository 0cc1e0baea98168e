import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline

/// `fathom convert IN OUT`: scenes, depth and meshes from one format into another.
enum ConvertCommand: Subcommand {
    static let command = Command(
        "convert", "convert scenes, depth and meshes",
        discussion:
            "Depth: a file to a file, told by the extensions \(DepthFile.extensions.joined(separator: ", ")); a folder of depth files, or "
            + "an npz file with depths [N, H, W], to a folder (with --format) or to such an npz file.\n"
            + "Meshes: \(MeshFile.extensions.joined(separator: ", ")), and point clouds as ply.\n"
            + "Scenes: whatever Fathom reads, to a folder (with --to), or to a folder's "
            + "\(ConvertScene.fileNames.map(\.name).joined(separator: ", ")).\n"
            + "What a format cannot hold is told. Docs/formats.md has a table of all formats.",
        positionals: [.init("IN", "file or folder to read"), .init("OUT", "file or folder to write")],
        groups: [
            DepthReadingFlags(), DepthWritingFlags(), SceneFlags(), SceneWritingFlags(), ReadLimits(), GlobalOptions(),
        ])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let (input, output) = (arguments.argument("IN"), arguments.argument("OUT"))
        let depth: DepthWritingFlags = arguments.options()
        let scene: SceneWritingFlags = arguments.options()
        if let target = try ConvertScene.Target(output, as: scene.exporter()) {
            return try ConvertScene.run(input, to: target, arguments, session)
        }
        let isFolder = FileSystem.kind(of: input) == .folder
        let (from, to) = (input.pathExtension, output.pathExtension)
        if depth.format != nil || (isFolder || DepthFile.extensions.contains(from)) && DepthFile.extensions.contains(to) {
            return try ConvertDepth(arguments, session).run(input, output)
        }
        if !isFolder && MeshFile.extensions.contains(from) && MeshFile.extensions.contains(to) {
            return try ConvertMesh.run(input, to: output, session)
        }
        if isFolder || SceneReader.recognises(input) || DepthFile.extensions.contains(from) && to.isEmpty {
            throw FathomError(
                .usage, "it is not said what to write",
                remedy: "name the format of a scene with --to or of depth files with --format", at: output)
        }
        if from.isEmpty && FileSystem.kind(of: input) == nil {
            throw FileSystem.missing(input)
        }
        throw FathomError(
            .usage, "\".\(from)\" cannot be converted to \".\(to)\"",
            remedy: "depth converts to depth, a mesh to a mesh, a scene to a scene")
    }
}
