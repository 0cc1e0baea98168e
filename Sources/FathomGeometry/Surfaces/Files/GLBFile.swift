import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// Binary glTF 2.0 files (`.glb`) of one triangle mesh.
///
/// Written: one node, one primitive; positions with their bounds, normals, colours as linear 16-bit `COLOR_0` (converted from
/// sRGB, as glTF demands; 8-bit sRGB survives the round trip exactly), 32-bit indices, a rough two-sided material.
public enum GLBFile {
    /// All triangles of the default scene with node transforms applied; textures and materials are skipped.
    ///
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` naming file and byte or JSON path.
    public static func read(_ path: String) throws -> Mesh { try decode(FileSystem.read(path), name: path) }

    /// A mesh in memory; `name` stands for the file in errors.
    public static func decode(_ bytes: [UInt8], name: String) throws -> Mesh { try content(bytes, name: name).mesh }

    /// A mesh in memory, and what of the file it does not hold, a phrase each.
    static func content(_ bytes: [UInt8], name: String) throws -> (mesh: Mesh, skipped: [String]) {
        var decoder = try GLBDecoder(bytes, name: name)
        let mesh = try decoder.decode().checked(at: name)
        return (mesh, try decoder.skipped())
    }

    /// Writes atomically.
    ///
    /// - Parameter zUp: the world's z axis points up; the node is turned so that glTF's y axis does. Vertices stay as they are.
    /// - Throws: `cannotCreate` or `io`; `inputInvalid` for an empty mesh, which glTF cannot hold, or one beyond 4 GiB.
    public static func write(_ mesh: Mesh, to path: String, zUp: Bool = false) throws {
        try AtomicFile.write(encode(mesh, name: path, zUp: zUp), to: path)
    }

    /// The file's bytes; see `write`.
    public static func encode(_ mesh: Mesh, name: String = "mesh.glb", zUp: Bool = false) throws -> [UInt8] {
        guard !mesh.triangles.isEmpty else {
            throw FathomError(.inputInvalid, "the mesh has no triangles, which glTF cannot hold", at: name)
        }
        var accessors: [JSONValue] = []
        var views: [JSONValue] = []
        var attributes: JSONObject = [:]
        var data = ByteWriter(reserving: mesh.positions.count * 32 + mesh.triangles.count * 12)

        /// Ends a buffer view that began at `start` and describes its elements.
        func describe(from start: Int, count: Int, type: String, component: Int, target: Int, extra: JSONObject = [:])
            -> JSONValue
        {
            views.append([
                "buffer": 0, "byteOffset": .int(start), "byteLength": .int(data.bytes.count - start), "target": .int(target),
            ])
            var accessor: JSONObject = [
                "bufferView": .int(views.count - 1), "componentType": .int(component), "count": .int(count),
                "type": .string(type),
            ]
            for (key, value) in extra.members { accessor[key] = value }
            accessors.append(.object(accessor))
            return .int(accessors.count - 1)
        }

        var (lower, upper) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
        for p in mesh.positions {
            data.append(p)
            lower = pointwiseMin(lower, p)
            upper = pointwiseMax(upper, p)
        }
        func triple(_ v: SIMD3<Float>) -> JSONValue {
            .array([.double(Double(v.x)), .double(Double(v.y)), .double(Double(v.z))])
        }
        attributes["POSITION"] = describe(
            from: 0, count: mesh.positions.count, type: "VEC3", component: 5126, target: 34962,
            extra: ["min": triple(lower), "max": triple(upper)])
        if !mesh.normals.isEmpty {
            let start = data.bytes.count
            // glTF demands unit normals, and those that are stay as they are; a vertex without one gets an arbitrary direction.
            for n in mesh.normals { data.append(abs(length(n) - 1) < 1e-6 ? n : length(n) > 0 ? normalize(n) : [0, 0, 1]) }
            attributes["NORMAL"] = describe(
                from: start, count: mesh.normals.count, type: "VEC3", component: 5126, target: 34962)
        }
        if !mesh.colors.isEmpty {
            let start = data.bytes.count
            for color in mesh.colors {
                for channel in 0..<3 { data.append(linear16[Int(color[channel])]) }
                data.append(UInt16.max)
            }
            attributes["COLOR_0"] = describe(
                from: start, count: mesh.colors.count, type: "VEC4", component: 5123, target: 34962, extra: ["normalized": true])
        }
        let start = data.bytes.count
        for t in mesh.triangles { for corner in 0..<3 { data.append(t[corner]) } }
        let indices = describe(from: start, count: 3 * mesh.triangles.count, type: "SCALAR", component: 5125, target: 34963)

        var node: JSONObject = ["mesh": 0]
        if zUp { node["rotation"] = [.double(-0.5.squareRoot()), 0, 0, .double(0.5.squareRoot())] }
        let document: JSONValue = [
            "asset": ["version": "2.0", "generator": "Fathom"], "scene": 0, "scenes": [["nodes": [0]]], "nodes": [.object(node)],
            "meshes": [["primitives": [["attributes": .object(attributes), "indices": indices, "material": 0, "mode": 4]]]],
            "materials": [["pbrMetallicRoughness": ["metallicFactor": 0, "roughnessFactor": 1], "doubleSided": true]],
            "accessors": .array(accessors), "bufferViews": .array(views), "buffers": [["byteLength": .int(data.bytes.count)]],
        ]
        return try container(json: document.text(), data: data.bytes, name: name)
    }

    /// Header, JSON chunk padded with spaces, binary chunk padded with zeros.
    private static func container(json: String, data: [UInt8], name: String) throws -> [UInt8] {
        var text = ByteWriter()
        text.append(json)
        text.pad(to: 4, with: 0x20)
        let padded = (data.count + 3) / 4 * 4
        let total = 12 + 8 + text.bytes.count + 8 + padded
        guard let size = UInt32(exactly: total) else {
            throw FathomError(
                .inputInvalid, "the mesh needs \(total) bytes, more than a GLB file can hold", remedy: "write PLY", at: name)
        }
        var file = ByteWriter(reserving: total)
        file.append("glTF")
        file.append(UInt32(2))
        file.append(size)
        file.append(UInt32(text.bytes.count))
        file.append("JSON")
        file.append(text.bytes)
        file.append(UInt32(padded))
        file.append("BIN\0")
        file.append(data)
        file.pad(to: 4, with: 0)
        return file.bytes
    }

    /// Linear light of each 8-bit sRGB value, in 1/65535 (IEC 61966-2-1).
    static let linear16: [UInt16] = (0..<256).map { value in
        let s = Double(value) / 255
        let linear = s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4)
        return UInt16((linear * 65535).rounded())
    }

    /// The 8-bit sRGB value of linear light 0…1, clamped; 0 for NaN.
    static func sRGB(linear: Float) -> UInt8 {
        let l = linear > 0 ? Double(min(linear, 1)) : 0
        let s = l <= 0.0031308 ? 12.92 * l : 1.055 * pow(l, 1 / 2.4) - 0.055
        return UInt8((s * 255).rounded())
    }
}
