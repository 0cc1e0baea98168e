import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomMedia

/// What an input of a graph is bound to.
public struct InputBinding: Sendable {
    /// One path, except for images.
    public var paths: [String]
    /// How a scene is read; ignored for other types.
    public var scene: SceneOptions
    /// Which frames of a video are read; for a scene, of a video whose frames are its photos.
    public var frames: FrameSourceOptions
    /// Where the poses of a scene come from; ignored for other types.
    public var poses = PoseSource.given
    /// How many frames of a video become photos of a scene, at most.
    public var photos = 40

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

/// An input as it was read: its value, its content's identity and what to tell about it.
struct LoadedInput: Sendable {
    var value: PortValue
    var identity: InputIdentity
    var facts: JSONObject
    var warnings: [String] = []
}

/// Reads the inputs of a graph from files.
enum InputReader {
    /// The types that can be read.
    static let types: [PortType] = [.scene, .video, .images, .depthFiles, .points, .mesh]

    /// Reads every input of `graph`, in its order.
    ///
    /// - Parameter poses: where the poses of an input, by its name, are found; nil where that would take too long.
    /// - Throws: `usage` for inputs not bound or unknown; what reading throws.
    static func read(
        _ graph: Graph, _ bindings: [String: InputBinding], files: FileDigests,
        poses: ((_ input: String) -> PhotoPoses.Place)? = nil
    ) throws -> [(name: String, paths: [String], input: LoadedInput)] {
        try check(graph, bindings)
        return try graph.inputs.compactMap { input in
            guard let binding = bindings[input.name] else { return nil }
            if input.type == .scene { return (input.name, binding.paths, try scene(binding, files, in: poses?(input.name))) }
            return (input.name, binding.paths, try read(input.type, binding, files))
        }
    }

    /// Checks that every input of `graph` is bound, and nothing else.
    ///
    /// - Throws: `usage`.
    static func check(_ graph: Graph, _ bindings: [String: InputBinding]) throws {
        let names = graph.inputs.map(\.name)
        if let surplus = bindings.keys.sorted().first(where: { !names.contains($0) }) {
            throw FathomError(
                .usage, "the graph has no input \"\(surplus)\"",
                remedy: names.isEmpty ? "it takes none" : "its inputs are \(names.joined(separator: ", "))", at: graph.name)
        }
        for input in graph.inputs {
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
        }
    }

    /// - Throws: `inputMissing`, `inputInvalid` or `io`, located in the file.
    private static func read(_ type: PortType, _ binding: InputBinding, _ files: FileDigests) throws -> LoadedInput {
        let path = binding.paths[0]
        switch type {
        case .video:
            let video = try VideoInput(path, options: binding.frames)
            let facts: JSONObject = [
                "width": .int(video.width), "height": .int(video.height), "frame_rate": .double(video.frameRate),
                "reading": .object(video.options.json),
            ]
            let content = try files.digests(of: video.files).map { "\($0)" }.joined(separator: "\n")
            let reading = JSONValue.object(video.options.json).text()
            return LoadedInput(
                value: .video(video), identity: .whole("\(Digest(of: "video \(reading)\n\(content)"))"), facts: facts)
        case .images:
            let images = try ImageList(binding.paths)
            let digests = readableDigests(of: images.images.map(\.path), files)
            return LoadedInput(
                value: .images(images), identity: .items(digests, names: images.images.map(\.stem)),
                facts: ["images": .int(images.count)])
        case .depthFiles:
            let depth = try DepthFiles(path)
            // How codes are read depends on where the files lie.
            let layouts = depth.files.map { DepthLayout.coding(of: $0.path)?.coding.word ?? "" }
            let digests = zip(layouts, readableDigests(of: depth.files.map(\.path), files)).map { "\($0) \($1)" }
            return LoadedInput(
                value: .depthFiles(depth), identity: .items(digests, names: depth.files.map(\.stem)),
                facts: ["files": .int(depth.files.count)])
        case .points:
            let points = try PLYFile.readPoints(path)
            return LoadedInput(
                value: .points(points), identity: .whole(try digest(of: path, files)), facts: ["points": .int(points.count)])
        case .mesh:
            let mesh = try MeshFile.read(path)
            return LoadedInput(
                value: .mesh(mesh), identity: .whole(try digest(of: path, files)),
                facts: ["vertices": .int(mesh.positions.count), "triangles": .int(mesh.triangles.count)])
        default:
            preconditionFailure("the planner refuses inputs of type \(type)")
        }
    }

    /// Files that cannot be read are found out when they are worked on, one by one.
    private static func readableDigests(of paths: [String], _ files: FileDigests) -> [String] {
        if let digests = try? files.digests(of: paths) { return digests.map { "\($0)" } }
        return paths.map { path in (try? Digest(ofFile: path)).map { "\($0)" } ?? "unreadable" }
    }

    private static func digest(of path: String, _ files: FileDigests) throws -> String { "\(try files.digests(of: [path])[0])" }
}
