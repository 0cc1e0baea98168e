import FathomCore

/// Binary STL files: loose triangles with facet normals, no units, no colours.
public enum STLFile {
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
