import FathomCore
import FathomGeometry

/// `fathom convert` of meshes and point clouds.
enum ConvertMesh {
    static func run(_ input: String, to output: String, _ session: Session) throws -> CommandResult {
        let (mesh, skipped) = try MeshFile.content(of: input)
        let isCloud = mesh.triangles.isEmpty && input.pathExtension == "ply"
        if isCloud && output.pathExtension == "ply" {
            try PLYFile.write(PLYFile.readPoints(input), to: output)
        } else {
            var dropped = skipped + MeshFile.dropped(of: mesh, by: output.pathExtension)
            if isCloud {
                let points = try PLYFile.readPoints(input)
                if !points.confidences.isEmpty { dropped.append("confidences of points") }
                if !points.viewCounts.isEmpty { dropped.append("numbers of views that see points") }
            }
            try MeshFile.write(mesh, to: output)
            for phrase in dropped { session.progress.warn("not kept: \(phrase)") }
        }
        return CommandResult(
            text: "\(output): \(mesh.positions.count) vertices, \(mesh.triangles.count) triangles\n", outputs: [("file", output)],
            figures: [("vertices", Double(mesh.positions.count)), ("triangles", Double(mesh.triangles.count))])
    }
}
