import FathomCore

/// Wavefront OBJ files: positions, per-vertex normals and colours, polygons.
///
/// Colours follow positions on `v` lines as three numbers 0…1, the common extension. Normals are kept where every vertex
/// is used with one normal only; texture coordinates, materials and groups are skipped; polygons become triangle fans.
public enum OBJFile {
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and line.
    public static func read(_ path: String) throws -> Mesh { try decode(FileSystem.read(path), name: path) }

    /// A mesh in memory; `name` stands for the file in errors.
    public static func decode(_ bytes: [UInt8], name: String) throws -> Mesh { try content(bytes, name: name).mesh }

    /// A mesh in memory, and what of the file it does not hold, a phrase each.
    static func content(_ bytes: [UInt8], name: String) throws -> (mesh: Mesh, skipped: [String]) {
        var text = TextScanner(bytes, path: name)
        var mesh = Mesh()
        var normals: [SIMD3<Float>] = []
        var normalOfVertex: [Int32: Int32] = [:]
        var normalsAgree = true
        let limits = ReadLimits.current
        var skipped = Set<String>()
        while text.nextContentLine() {
            switch text.word() {
            case "v":
                try limits.check(points: mesh.positions.count + 1, "vertices", name: name)
                mesh.positions.append(try vector(&text))
                if text.peek() != nil { try appendColor(&text, to: &mesh) }
            case "vn":
                normals.append(try vector(&text))
            case "f":
                var first: UInt32?
                var previous: UInt32?
                while let corner = text.word() {
                    let (vertex, normal) = try indices(corner, mesh.positions.count, normals.count, text)
                    if normalsAgree, let normal {
                        normalsAgree = normalOfVertex.updateValue(normal, forKey: Int32(vertex)).map { $0 == normal } ?? true
                    }
                    if let first, let previous { mesh.triangles.append([first, previous, vertex]) }
                    if first == nil { first = vertex } else { previous = vertex }
                }
                try limits.check(points: mesh.triangles.count, "triangles", name: name)
            case "vt": skipped.insert("texture coordinates")
            case "usemtl": skipped.insert("materials")
            case "l", "p": skipped.insert("lines and points")
            default: continue
            }
        }
        if !normalsAgree { skipped.insert("normals, of which some vertices have several") }
        if mesh.colors.count != mesh.positions.count { mesh.colors = [] }
        if normalsAgree && !mesh.positions.isEmpty && normalOfVertex.count == mesh.positions.count {
            mesh.normals = mesh.positions.indices.map { normals[Int(normalOfVertex[Int32($0)] ?? 0)] }
        }
        return (try mesh.checked(at: name), skipped.sorted())
    }

    private static func vector(_ text: inout TextScanner) throws -> SIMD3<Float> {
        SIMD3(Float(try text.double("x")), Float(try text.double("y")), Float(try text.double("z")))
    }

    /// Three numbers after a position are a colour, a single one is the homogeneous weight and means nothing here.
    private static func appendColor(_ text: inout TextScanner, to mesh: inout Mesh) throws {
        let red = try text.double("a colour")
        guard text.peek() != nil else { return }
        let rgb = SIMD3(red, try text.double("a colour"), try text.double("a colour"))
        let scaled = (rgb * 255).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)).rounded(.toNearestOrEven)
        mesh.colors.append(SIMD3<UInt8>(UInt8(scaled.x), UInt8(scaled.y), UInt8(scaled.z)))
    }

    /// Zero-based vertex and normal of `v`, `v/vt`, `v//vn` or `v/vt/vn`; negative numbers count from the end.
    private static func indices(
        _ corner: String, _ vertices: Int, _ normals: Int, _ text: TextScanner
    ) throws -> (vertex: UInt32, normal: Int32?) {
        func resolve(_ part: Substring, _ count: Int) throws -> Int {
            guard let number = Int(part), number != 0, number > 0 ? number <= count : number >= -count else {
                throw text.failure("the face corner '\(corner.prefix(24))' names something that does not exist above it")
            }
            return number > 0 ? number - 1 : count + number
        }
        let parts = corner.split(separator: "/", omittingEmptySubsequences: false)
        let vertex = try resolve(parts[0], vertices)
        guard vertex <= Int(Int32.max) else { throw text.failure("the mesh has too many vertices") }
        let normal = parts.count == 3 && !parts[2].isEmpty ? Int32(try resolve(parts[2], normals)) : nil
        return (UInt32(vertex), normal)
    }

    /// Writes atomically; numbers are the shortest that read back to the same values.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func write(_ mesh: Mesh, to path: String) throws {
        let file = try AtomicFile(path: path)
        func inPieces(_ count: Int, _ line: (Int) -> String) throws {
            for start in stride(from: 0, to: count, by: 1 << 14) {
                var text = ""
                for index in start..<min(start + 1 << 14, count) { text += line(index) }
                try file.write(text)
            }
        }
        let (colored, normals) = (!mesh.colors.isEmpty, !mesh.normals.isEmpty)
        try inPieces(mesh.positions.count) { index in
            let p = mesh.positions[index]
            guard colored else { return "v \(p.x) \(p.y) \(p.z)\n" }
            let c = SIMD3<Float>(mesh.colors[index]) / 255
            return "v \(p.x) \(p.y) \(p.z) \(c.x) \(c.y) \(c.z)\n"
        }
        try inPieces(mesh.normals.count) { index in
            let n = mesh.normals[index]
            return "vn \(n.x) \(n.y) \(n.z)\n"
        }
        try inPieces(mesh.triangles.count) { index in
            let t = mesh.triangles[index]
            let (a, b, c) = (UInt64(t.x) + 1, UInt64(t.y) + 1, UInt64(t.z) + 1)
            return normals ? "f \(a)//\(a) \(b)//\(b) \(c)//\(c)\n" : "f \(a) \(b) \(c)\n"
        }
        try file.commit()
    }
}
