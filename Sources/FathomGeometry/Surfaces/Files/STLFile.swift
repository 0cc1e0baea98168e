import FathomCore

/// STL files: loose triangles with facet normals, no units, no colours. Binary ones are written, both kinds are read.
public enum STLFile {
    /// A mesh whose vertices are the different corners, in the order in which they come; corners are equal when their coordinates
    /// are, bit by bit but for the sign of zero. Facet normals follow from the triangles and are skipped.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and line or byte.
    public static func read(_ path: String) throws -> Mesh { try decode(FileSystem.read(path), name: path) }

    /// A mesh in memory; `name` stands for the file in errors.
    public static func decode(_ bytes: [UInt8], name: String) throws -> Mesh {
        var decoder = STLDecoder(bytes, name: name)
        return try decoder.decode().checked(at: name)
    }

    /// Writes atomically: 80 bytes of text, the count, and per triangle normal, corners and two zero bytes.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ mesh: Mesh, to path: String) throws {
        let file = try AtomicFile(path: path)
        var header = ByteWriter()
        // The text must not begin with "solid", which marks the ASCII variant.
        header.append("binary STL")
        header.pad(to: 80, with: 0x20)
        header.append(UInt32(mesh.triangles.count))
        try file.write(header.bytes)
        for start in stride(from: 0, to: mesh.triangles.count, by: 1 << 16) {
            var bytes = ByteWriter(reserving: 50 << 16)
            for t in mesh.triangles[start..<min(start + 1 << 16, mesh.triangles.count)] {
                let (a, b, c) = (mesh.positions[Int(t.x)], mesh.positions[Int(t.y)], mesh.positions[Int(t.z)])
                bytes.append(normalize(cross(b - a, c - a)))
                bytes.append(a)
                bytes.append(b)
                bytes.append(c)
                bytes.append(UInt16(0))
            }
            try file.write(bytes.bytes)
        }
        try file.commit()
    }
}
