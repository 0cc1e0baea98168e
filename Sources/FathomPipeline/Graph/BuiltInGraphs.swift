/// The graphs behind plain commands. They are ordinary graph files, kept as text.
public enum BuiltInGraph {
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
            """, name: "fathom mvs")
    }

    /// `fathom mesh`: what `mvs` gives, and a coloured mesh.
    ///
    /// - Parameter format: extension of depth and confidence files.
    public static func mesh(format: String) throws -> Graph {
        try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: { \(depthNodes)
                volume:  { stage: "tsdf",         in: { scene: "$photos", depth: "sure.depth" }, params: { color: false } },
                surface: { stage: "iso-surface",  in: { volume: "volume.volume" } },
                clean:   { stage: "clean",        in: { mesh: "surface.mesh" } },
                mesh:    { stage: "simplify",     in: { mesh: "clean.mesh" } },
                colored: { stage: "color",        in: { scene: "$photos", mesh: "mesh.mesh" } },
                shaded:  { stage: "mesh-preview", in: { scene: "$photos", mesh: "colored.mesh" } },
              },
              outputs: { \(depthOutputs(format))
                "mesh.ply": "colored.mesh",
                "mesh.glb": "colored.mesh",
                "preview/mesh-{stem}.png": "shaded.pictures" } }
            """, name: "fathom mesh")
    }

    private static let depthNodes = """

            depth:   { stage: "mvs",           in: { scene: "$photos" } },
            sure:    { stage: "filter",        in: { scene: "$photos", depth: "depth.depth" } },
            points:  { stage: "fuse",          in: { scene: "$photos", depth: "sure.depth" } },
            taken:   { stage: "redistort",     in: { scene: "$photos", depth: "sure.complete" } },
            preview: { stage: "depth-preview", in: { depth: "sure.depth" } },
        """

    private static func depthOutputs(_ format: String) -> String {
        """

            "depth/{stem}.\(format)": "taken.depth",
            "confidence/{stem}.\(format)": "taken.confidence",
            "preview/{stem}.png": "preview.pictures",
            "points.ply": "points.points",
        """
    }
}
