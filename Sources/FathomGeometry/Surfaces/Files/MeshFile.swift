import FathomCore

/// Mesh files; the format is told by the extension: `ply`, `obj`, `glb`, `stl`.
public enum MeshFile {
    /// Extensions that can be read and written.
    public static let extensions = ["ply", "obj", "glb", "stl"]

    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and line or byte. Every vertex index of the result is
    ///   valid and every position finite.
    public static func read(_ path: String) throws -> Mesh { try content(of: path).mesh }

    /// Reads a mesh that can be drawn; see `read`.
    ///
    /// - Throws: `inputInvalid` also for a file of points alone.
    public static func readSurface(_ path: String) throws -> Mesh {
        let mesh = try read(path)
        if mesh.triangles.isEmpty {
            throw FathomError(
                .inputInvalid, "holds \(mesh.positions.count) points and no triangles",
                remedy: "give a mesh; fathom mesh makes one of posed photos", at: path)
        }
        return mesh
    }

    /// Reads a mesh and tells what of the file it does not hold, a phrase each; see `read`.
    public static func content(of path: String) throws -> (mesh: Mesh, skipped: [String]) {
        switch path.pathExtension {
        case "ply": return (try PLYFile.readMesh(path), [])
        case "obj": return try OBJFile.content(FileSystem.read(path), name: path)
        case "glb": return try GLBFile.content(FileSystem.read(path), name: path)
        case "stl": return (try STLFile.read(path), [])
        default: throw unknown(path, .inputInvalid)
        }
    }

    /// Writes atomically. PLY keeps everything a `Mesh` holds, GLB too, OBJ rounds nothing but has colours as an extension,
    /// STL keeps triangles only.
    ///
    /// - Throws: `cannotCreate` or `io`; `usage` for an unknown extension.
    public static func write(_ mesh: Mesh, to path: String) throws {
        switch path.pathExtension {
        case "ply": try PLYFile.write(mesh, to: path)
        case "obj": try OBJFile.write(mesh, to: path)
        case "glb": try GLBFile.write(mesh, to: path)
        case "stl": try STLFile.write(mesh, to: path)
        default: throw unknown(path, .usage)
        }
    }

    /// What `mesh` holds and a file with this extension cannot, a phrase each.
    public static func dropped(of mesh: Mesh, by extension: String) -> [String] {
        guard `extension` == "stl" else { return [] }
        return (mesh.normals.isEmpty ? [] : ["normals of vertices"]) + (mesh.colors.isEmpty ? [] : ["colours"])
    }

    private static func unknown(_ path: String, _ code: FathomError.Code) -> FathomError {
        FathomError(code, "has no known mesh extension", remedy: "use one of \(extensions.joined(separator: ", "))", at: path)
    }
}

extension Mesh {
    /// Checks what files of others may get wrong: indices in range, positions finite.
    ///
    /// - Throws: `inputInvalid` at `path`.
    func checked(at path: String) throws -> Mesh {
        for (index, t) in triangles.enumerated() where t.max() >= positions.count {
            throw FathomError(.inputInvalid, "triangle \(index) names vertex \(t.max()) of \(positions.count)", at: path)
        }
        for (index, p) in positions.enumerated() where !(p.x + p.y + p.z).isFinite {
            throw FathomError(.inputInvalid, "vertex \(index) is not finite", at: path)
        }
        return self
    }
}
