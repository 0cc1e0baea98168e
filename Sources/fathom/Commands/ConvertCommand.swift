import FathomCore
import FathomGeometry

/// `fathom convert IN OUT`: depth and mesh formats, told by their extensions.
enum ConvertCommand: Subcommand {
    /// How depth files are read.
    struct ReadingOptions: OptionGroup {
        var codeScale: Double?

        static let schema = OptionSchema<Self>(
            "Depth files",
            [
                Option(
                    "codeScale", \.codeScale, "depth per code of 16-bit PNG files that do not say, such as 0.001",
                    range: .above(0),
                    absent: "none")
            ])
    }

    static let command = Command(
        "convert", "convert depth and mesh files",
        discussion: "Depth: exr, png (16 bits), npy, npz, pfm. Meshes: ply, obj, glb; stl can be written only.",
        positionals: [.init("IN", "the file to read"), .init("OUT", "the file to write")],
        groups: [ReadingOptions(), ReadLimits(), GlobalOptions()])

    private static let meshes = ["ply", "obj", "glb", "stl"]

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let (input, output) = (arguments.argument("IN"), arguments.argument("OUT"))
        let reading: ReadingOptions = arguments.options()
        switch (input.pathExtension, output.pathExtension) {
        case let (from, to) where DepthFile.extensions.contains(from) && DepthFile.extensions.contains(to):
            try DepthFile.write(DepthFile.read(input, codeScale: reading.codeScale), to: output)
        case let (from, to) where meshes.contains(from) && meshes.contains(to):
            try MeshFile.write(MeshFile.read(input), to: output)
        case let (from, to):
            throw FathomError(
                .usage, "\".\(from)\" cannot be converted to \".\(to)\"", remedy: "depth converts to depth, a mesh to a mesh")
        }
        return CommandResult(text: "\(output)\n", outputs: [("file", output)])
    }
}
