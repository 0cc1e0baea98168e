import FathomCore
import FathomGraph

extension Graph {
    /// Reads a graph file, or gives the built-in graph that `builtin:NAME` names.
    ///
    /// - Throws: as `read`; `usage` for a built-in graph that does not exist.
    public static func open(_ path: String) throws -> Graph {
        if path.hasPrefix(BuiltInGraph.prefix) {
            return try BuiltInGraph.named(String(path.dropFirst(BuiltInGraph.prefix.count)))
        }
        return try read(path)
    }
}

/// The graphs behind plain commands. They are ordinary graph files, kept as text.
public enum BuiltInGraph {
    /// What stands before a built-in graph's name where a graph file could stand.
    public static let prefix = "builtin:"
    static let names = ["depth", "video", "mvs", "mesh"]

    /// The graph that the plain command `name` runs without options and without weights of its own.
    ///
    /// - Throws: `usage` for another name.
    static func named(_ name: String) throws -> Graph {
        switch name {
        case "depth": return try depth(isMetric: false, format: "png", points: false)
        case "video": return try video(isMetric: false, depthFiles: ["depth/{stem}.png"], points: false)
        case "mvs": return try mvs(format: "exr")
        case "mesh": return try mesh(format: "exr")
        default:
            throw FathomError(
                .usage, "there is no built-in graph \"\(name)\"",
                remedy: "built-in graphs are \(names.map { prefix + $0 }.joined(separator: ", "))")
        }
    }

    /// `fathom mvs`: posed views → depth, confidence, previews and points.
    ///
    /// - Parameter format: extension of depth and confidence files.
    public static func mvs(format: String) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: { \(depthNodes) },
              outputs: { \(depthOutputs(format)) } }
            """, name: prefix + "mvs")
    }

    /// `fathom mesh`: what `mvs` gives, and a coloured mesh.
    ///
    /// - Parameters:
    ///   - format: extension of depth and confidence files.
    ///   - isRefined: whether the mesh is refined through its implicit surface.
    public static func mesh(format: String, isRefined: Bool = false) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: { \(depthNodes)
                volume:  { stage: "tsdf",         in: { scene: "$photos", depth: "confirmed.depth" }, params: { color: false } },
                surface: { stage: "iso-surface",  in: { volume: "volume.volume" } },
                clean:   { stage: "clean",        in: { mesh: "surface.mesh" } },
            \(isRefined ? refinement : "")
                mesh:    { stage: "simplify",     in: { mesh: "\(isRefined ? "refined" : "clean").mesh" } },
                colored: { stage: "color",        in: { scene: "$photos", mesh: "mesh.mesh" } },
                mesh_views: { stage: "mesh-preview", in: { scene: "$photos", mesh: "colored.mesh" } },
              },
              outputs: { \(depthOutputs(format))
                "mesh.ply": "colored.mesh",
                "mesh.glb": "colored.mesh",
                "preview/mesh-{stem}.png": "mesh_views.pictures",\(isRefined ? wayOutput : "") } }
            """, name: prefix + "mesh")
    }

    /// `fathom depth`: images → depth and previews, and for metric depth points.
    ///
    /// - Parameter format: extension of depth files.
    public static func depth(isMetric: Bool, format: String, points: Bool) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1,
              inputs: { images: "images" },
              nodes: {
                depth: { stage: "\(isMetric ? "metric-depth" : "depth")", in: { images: "$images" } },
                pictures: { stage: "depth-video", in: { frames: "$images", depth: "depth.depth" } },\(pointNode(points, "images"))
              },
              outputs: {
                "depth/{stem}.\(format)": "depth.depth",
                "preview/{stem}.png": "pictures.pictures",\(pointOutput(points))
              } }
            """, name: prefix + "depth")
    }

    /// `fathom video`: a video → depth of its frames and a video to look at, and for metric depth points.
    ///
    /// - Parameters:
    ///   - depthFiles: templates of the files that hold depth.
    public static func video(isMetric: Bool, depthFiles: [String], points: Bool) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1,
              inputs: { video: "video" },
              nodes: {
                depth: { stage: "\(isMetric ? "metric-video-depth" : "video-depth")", in: { video: "$video" } },
                pictures: { stage: "depth-video", in: { frames: "$video", depth: "depth.depth" } },\(pointNode(points, "video"))
              },
              outputs: {\(depthFiles.map { "\n    \"\($0)\": \"depth.depth\"," }.joined())
                "depth.mp4": "pictures.pictures",\(pointOutput(points))
              } }
            """, name: prefix + "video")
    }

    private static let refinement =
        """
                refined: { stage: "deep-mesh",    in: { scene: "$photos", mesh: "clean.mesh", depth: "confirmed.depth" } },
        """

    private static let wayOutput = "\n    \"preview/way-{stem}.png\": \"refined.way\","

    private static func pointNode(_ points: Bool, _ input: String) -> String {
        points ? "\n    points: { stage: \"depth-points\", in: { frames: \"$\(input)\", depth: \"depth.depth\" } }," : ""
    }

    private static func pointOutput(_ points: Bool) -> String {
        points ? "\n    \"points/{stem}.ply\": \"points.points\"," : ""
    }

    private static let depthNodes = """

            depth:   { stage: "mvs",           in: { scene: "$photos" } },
            confirmed: { stage: "filter",        in: { scene: "$photos", depth: "depth.depth" } },
            points:  { stage: "fuse",          in: { scene: "$photos", depth: "confirmed.depth" } },
            photo_depth: { stage: "redistort",     in: { scene: "$photos", depth: "confirmed.complete" } },
            preview: { stage: "depth-preview", in: { depth: "confirmed.depth" } },
        """

    private static func depthOutputs(_ format: String) -> String {
        """

            "depth/{stem}.\(format)": "photo_depth.depth",
            "confidence/{stem}.\(format)": "photo_depth.confidence",
            "preview/{stem}.png": "preview.pictures",
            "points.ply": "points.points",
        """
    }
}
