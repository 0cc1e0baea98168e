import FathomCore
import FathomGeometry
import FathomTestSupport

/// Meshes and point clouds.
enum MeshReaders {
    static func targets() throws -> [FuzzTarget] {
        [
            FuzzTarget("PLY meshes", try ply()) { try check(PLYFile.decodeMesh($0, name: "mesh.ply")) },
            FuzzTarget("PLY points", try ply()) { _ = try PLYFile.decodePoints($0, name: "points.ply") },
            FuzzTarget("OBJ", try [written(as: "obj", .text)]) { try check(OBJFile.decode($0, name: "mesh.obj")) },
            FuzzTarget("STL", try [written(as: "stl", .mixed), asciiSTL]) { try check(STLFile.decode($0, name: "mesh.stl")) },
            FuzzTarget("GLB", try [written(as: "glb", .mixed), instances()]) { try check(GLBFile.decode($0, name: "mesh.glb")) },
            FuzzTarget("GLB documents", [document]) { try check(GLBFile.decode(container($0), name: "mesh.glb")) },
        ]
    }

    /// A cube with normals and colours.
    static let cube: Mesh = {
        var mesh = Mesh()
        for corner in 0..<8 {
            let p = SIMD3<Float>(Float(corner & 1), Float(corner >> 1 & 1), Float(corner >> 2))
            mesh.positions.append(p * 2 - 1)
            mesh.normals.append(p)
            mesh.colors.append([UInt8(30 * corner), 7, 255])
        }
        mesh.triangles = [[0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4], [2, 6, 3], [3, 6, 7]]
        return mesh
    }()

    private static func check(_ mesh: Mesh) throws {
        let count = mesh.positions.count
        guard mesh.triangles.allSatisfy({ $0.max() < count }), mesh.normals.isEmpty || mesh.normals.count == count,
            mesh.colors.isEmpty || mesh.colors.count == count
        else { throw FuzzTarget.Violation("the mesh is inconsistent") }
    }

    private static func written(as type: String, _ content: Mutator.Content) throws -> FuzzTarget.Seed {
        let folder = try TemporaryFolder()
        let name = "mesh." + type
        try MeshFile.write(cube, to: folder.file(name))
        return FuzzTarget.Seed(name, try FileSystem.read(folder.file(name)), content)
    }

    private static func ply() throws -> [FuzzTarget.Seed] {
        let ascii = """
            ply
            format ascii 1.0
            comment all kinds
            element vertex 4
            property float x
            property double y
            property float z
            property float red
            property float green
            property float blue
            property float confidence
            property int views
            element face 2
            property list uchar int vertex_indices
            property uchar flags
            element edge 1
            property int vertex1
            property list int float weights
            end_header
            0 0 0 0.5 0.5 1 0.25 3
            1 0 0 1 0 0 1 2
            0 1 0 0 1 0 1 2
            1 1 -2.5e-1 0 0 1 0 9
            3 0 1 2 7
            4 0 1 3 2 1
            0 2 0.5 1.5

            """
        var big = Array(
            """
            ply
            format binary_big_endian 1.0
            element vertex 3
            property float x
            property float y
            property float z
            property double red
            property double green
            property double blue
            element face 1
            property list ushort uint vertex_index
            end_header

            """.utf8)
        for value: Float in [0, 1, 2] {
            for coordinate in [value, -value, value * value] { big.append(bigEndian: UInt64(coordinate.bitPattern), width: 4) }
            for channel in [0.25, 0.5, 1] { big.append(bigEndian: channel.bitPattern, width: 8) }
        }
        big.append(bigEndian: 3, width: 2)
        for corner: UInt64 in 0..<3 { big.append(bigEndian: corner, width: 4) }
        return [
            try written(as: "ply", .mixed), FuzzTarget.Seed("ASCII", Array(ascii.utf8), .text),
            FuzzTarget.Seed("big endian", big, .mixed),
        ]
    }

    private static let asciiSTL = FuzzTarget.Seed(
        "ASCII",
        Array(
            """
            solid cube
            facet normal 0 0 1
            outer loop
            vertex 0 0 0
            vertex 1 0 0
            vertex 0 1e0 -0
            endloop
            endfacet
            endsolid cube

            """.utf8), .text)

    // MARK: GLB

    /// A document whose nodes show one mesh several times, with float colours.
    private static let document = FuzzTarget.Seed(
        "a document",
        Array(
            """
            {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0, 3]}],
            "nodes": [{"mesh": 0, "children": [1, 2]}, {"mesh": 0, "translation": [1, 2, 3], "rotation": [0, 0, 0, 1]},
             {"mesh": 1, "scale": [1, -1, 1]}, {"mesh": 1, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]}],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "COLOR_0": 2}, "indices": 3, "mode": 4}]},
             {"primitives": [{"attributes": {"POSITION": 0}}]}],
            "accessors": [{"bufferView": 0, "componentType": 5126, "count": 6, "type": "VEC3"},
             {"bufferView": 0, "componentType": 5126, "count": 6, "type": "VEC3"},
             {"bufferView": 1, "byteOffset": 0, "componentType": 5126, "count": 6, "type": "VEC4", "normalized": false},
             {"bufferView": 2, "componentType": 5121, "count": 6, "type": "SCALAR"}],
            "bufferViews": [{"buffer": 0, "byteLength": 72}, {"buffer": 0, "byteOffset": 72, "byteLength": 96, "byteStride": 16},
             {"buffer": 0, "byteOffset": 168, "byteLength": 6}],
            "buffers": [{"byteLength": 176}]}
            """.utf8), .text)

    /// A file whose nodes show meshes several times; its last 176 bytes are the data, in them from byte 72 the colours.
    static func instances() -> FuzzTarget.Seed {
        FuzzTarget.Seed("instances", container(document.bytes), .mixed)
    }

    /// A GLB file with this document, its lengths right, and 176 bytes of data.
    private static func container(_ document: [UInt8]) -> [UInt8] {
        var data: [UInt8] = []
        for index in 0..<42 { data.append(littleEndian: (Float(index % 13) / 12).bitPattern) }
        data += [0, 1, 2, 3, 4, 5, 0, 0]
        let text = document + [UInt8](repeating: 0x20, count: (4 - document.count % 4) % 4)
        var file = Array("glTF".utf8)
        for field in [2, 28 + text.count + data.count, text.count, 0x4E4F_534A] { file.append(littleEndian: UInt32(field)) }
        file += text
        for field in [data.count, 0x004E_4942] { file.append(littleEndian: UInt32(field)) }
        return file + data
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: UInt64, width: Int) {
        for place in (0..<width).reversed() { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
    }
}
