import FathomCore
import FathomGeometry
import FathomMedia

/// What an input of a graph is bound to.
public struct InputBinding: Sendable {
    /// One path, except for images.
    public var paths: [String]
    /// How a scene is read; ignored for other types.
    public var scene: SceneOptions
    /// Which frames of a video are read; ignored for other types.
    public var frames: FrameSourceOptions

    public init(
        paths: [String], scene: SceneOptions = SceneOptions(), frames: FrameSourceOptions = FrameSourceOptions()
    ) {
        self.paths = paths
        self.scene = scene
        self.frames = frames
    }

    public init(
        path: String, scene: SceneOptions = SceneOptions(), frames: FrameSourceOptions = FrameSourceOptions()
    ) {
        self.init(paths: [path], scene: scene, frames: frames)
    }
}

/// An input as it was read: its value, its content's digest and what to tell about it.
struct LoadedInput: Sendable {
    var value: PortValue
    /// SHA-256 of the content, in hexadecimal; never of paths.
    var digest: String
    var facts: JSONObject
    var warnings: [String] = []
}

/// Reads the inputs of a graph from files.
enum InputReader {
    /// The types that can be read.
    static let types: [PortType] = [.scene, .video, .images, .points, .mesh]

    /// Reads every input of `graph`, in its order.
    ///
    /// - Throws: `usage` for inputs not bound or unknown; what reading throws.
    static func read(
        _ graph: Graph, _ bindings: [String: InputBinding]
    ) throws -> [(name: String, paths: [String], input: LoadedInput)] {
        let names = graph.inputs.map(\.name)
        if let surplus = bindings.keys.sorted().first(where: { !names.contains($0) }) {
            throw FathomError(
                .usage, "the graph has no input \"\(surplus)\"",
                remedy: names.isEmpty ? "it takes none" : "its inputs are \(names.joined(separator: ", "))", at: graph.name)
        }
        return try graph.inputs.map { input in
            guard let binding = bindings[input.name] else {
                throw FathomError(
                    .usage, "input \"\(input.name)\" of type \(input.type) is not bound",
                    remedy: "bind it to a path: \(input.name)=PATH", at: graph.name)
            }
            if input.type != .images && binding.paths.count != 1 {
                throw FathomError(
                    .usage, "input \"\(input.name)\" of type \(input.type) is bound to \(binding.paths.count) paths",
                    remedy: "bind it to one", at: graph.name)
            }
            return (input.name, binding.paths, try read(input.type, binding))
        }
    }

    /// - Throws: `inputMissing`, `inputInvalid` or `io`, located in the file.
    static func read(_ type: PortType, _ binding: InputBinding) throws -> LoadedInput {
        let path = binding.paths[0]
        switch type {
        case .scene:
            let scene = try SceneReader.read(path, options: binding.scene)
            let facts: JSONObject = [
                "format": .string(scene.format), "views": .int(scene.views.count), "points": .int(scene.points.count),
                "unit": .string(scene.unit),
            ]
            return LoadedInput(
                value: .scene(scene), digest: "\(try SceneDigest.digest(of: scene))", facts: facts, warnings: scene.warnings)
        case .video:
            let video = try VideoInput(path, options: binding.frames)
            let facts: JSONObject = [
                "width": .int(video.width), "height": .int(video.height), "frame_rate": .double(video.frameRate),
                "reading": .object(video.options.json),
            ]
            return LoadedInput(value: .video(video), digest: "\(try FilesDigest.digest(of: video.files))", facts: facts)
        case .images:
            let images = try ImageList(binding.paths)
            return LoadedInput(
                value: .images(images), digest: "\(try FilesDigest.digest(of: images.images.map(\.path)))",
                facts: ["images": .int(images.count)])
        case .points:
            let points = try PLYFile.readPoints(path)
            return LoadedInput(
                value: .points(points), digest: "\(try Digest(ofFile: path))", facts: ["points": .int(points.count)])
        case .mesh:
            let mesh = try MeshFile.read(path)
            return LoadedInput(
                value: .mesh(mesh), digest: "\(try Digest(ofFile: path))",
                facts: ["vertices": .int(mesh.positions.count), "triangles": .int(mesh.triangles.count)])
        default:
            preconditionFailure("the planner refuses inputs of type \(type)")
        }
    }
}
