import FathomCore

/// PLY files of points and of triangle meshes.
///
/// Written: binary little-endian; vertex `float x y z`, `float nx ny nz`, `uchar red green blue`, `float confidence`,
/// `uchar views` as far as known; face `list uchar int vertex_indices`. World frame and unit are those of the data.
/// Read: ASCII and both byte orders, any property types and order; unknown elements and properties are skipped, polygons
/// become triangle fans, colours given as floats are taken as 0…1.
public enum PLYFile {
    /// Points with normals, colours, confidences and view counts as far as the file has them.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and line or byte.
    public static func readPoints(_ path: String) throws -> PointCloud { try decodePoints(FileSystem.read(path), name: path) }

    /// A mesh with normals and colours as far as the file has them; a file without faces gives a mesh without triangles.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and line or byte.
    public static func readMesh(_ path: String) throws -> Mesh { try decodeMesh(FileSystem.read(path), name: path) }

    /// Points in memory; `name` stands for the file in errors.
    public static func decodePoints(_ bytes: [UInt8], name: String) throws -> PointCloud {
        var decoder = try PLYDecoder(bytes, name: name, faces: false)
        return try decoder.decode().points
    }

    /// A mesh in memory; `name` stands for the file in errors.
    public static func decodeMesh(_ bytes: [UInt8], name: String) throws -> Mesh {
        var decoder = try PLYDecoder(bytes, name: name, faces: true)
        let (points, triangles) = try decoder.decode()
        return try Mesh(
            positions: points.positions, normals: points.normals, colors: points.colors, triangles: triangles
        ).checked(at: name)
    }

    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ points: PointCloud, to path: String) throws {
        try write(points, triangles: nil, to: path)
    }

    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ mesh: Mesh, to path: String) throws {
        let points = PointCloud(positions: mesh.positions, normals: mesh.normals, colors: mesh.colors)
        try write(points, triangles: mesh.triangles, to: path)
    }

    private static func write(_ points: PointCloud, triangles: [SIMD3<UInt32>]?, to path: String) throws {
        func has<T>(_ values: [T]) -> Bool {
            precondition(values.isEmpty || values.count == points.count, "optional arrays are empty or one entry per vertex")
            return !values.isEmpty
        }
        let (normals, colors) = (has(points.normals), has(points.colors))
        let (confidences, views) = (has(points.confidences), has(points.viewCounts))
        var header = "ply\nformat binary_little_endian 1.0\nelement vertex \(points.count)\n"
        for name in ["x", "y", "z"] { header += "property float \(name)\n" }
        if normals { for name in ["nx", "ny", "nz"] { header += "property float \(name)\n" } }
        if colors { for name in ["red", "green", "blue"] { header += "property uchar \(name)\n" } }
        if confidences { header += "property float confidence\n" }
        if views { header += "property uchar views\n" }
        if let triangles { header += "element face \(triangles.count)\nproperty list uchar int vertex_indices\n" }
        let file = try AtomicFile(path: path)
        try file.write(header + "end_header\n")
        try inPieces(points.count, of: file) { index, bytes in
            bytes.append(points.positions[index])
            if normals { bytes.append(points.normals[index]) }
            if colors { bytes.append(points.colors[index]) }
            if confidences { bytes.append(points.confidences[index]) }
            if views { bytes.append(points.viewCounts[index]) }
        }
        if let triangles {
            try inPieces(triangles.count, of: file) { index, bytes in
                bytes.append(UInt8(3))
                for corner in 0..<3 { bytes.append(triangles[index][corner]) }
            }
        }
        try file.commit()
    }

    /// Collects rows and writes them in pieces, so that memory stays small however long the file is.
    private static func inPieces(_ count: Int, of file: AtomicFile, _ row: (Int, inout ByteWriter) -> Void) throws {
        let piece = 1 << 16
        for start in stride(from: 0, to: count, by: piece) {
            var bytes = ByteWriter(reserving: 32 * piece)
            for index in start..<min(start + piece, count) { row(index, &bytes) }
            try file.write(bytes.bytes)
        }
    }
}
