import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

@Suite struct MeshFileTests {
    /// A cube of side 2 around (3, -1, 5) with normals and a colour per corner.
    static let cube: Mesh = {
        var mesh = Mesh()
        for corner in 0..<8 {
            let c = SIMD3<Float>(corner & 1 == 0 ? -1 : 1, corner & 2 == 0 ? -1 : 1, corner & 4 == 0 ? -1 : 1)
            mesh.positions.append(c + [3, -1, 5])
            mesh.colors.append([UInt8(3 * corner), UInt8(255 - corner), UInt8(36 * corner)])
        }
        let quads: [[UInt32]] = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]]
        for q in quads { mesh.triangles += [[q[0], q[1], q[2]], [q[0], q[2], q[3]]] }
        mesh.normals = mesh.vertexNormals()
        return mesh
    }()

    @Test func measuresOfACube() {
        #expect(abs(Self.cube.area - 24) < 1e-12)
        #expect(abs(Self.cube.signedVolume - 8) < 1e-12)
        for (position, normal) in zip(Self.cube.positions, Self.cube.normals) {
            #expect(dot(normal, position - [3, -1, 5]) > 1 && abs(length(normal) - 1) < 1e-6)
        }
    }

    @Test(arguments: ["ply", "obj", "glb"])
    func aWrittenMeshReadsBackTheSame(type: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("cube." + type)
        try MeshFile.write(Self.cube, to: path)
        let back = try MeshFile.read(path)
        #expect(back.positions == Self.cube.positions)
        #expect(back.triangles == Self.cube.triangles)
        #expect(back.colors == Self.cube.colors)
        #expect(zip(back.normals, Self.cube.normals).allSatisfy { length($0 - $1) < 1e-6 } && back.normals.count == 8)
        // Nothing but the triangles is needed.
        try MeshFile.write(Mesh(positions: Self.cube.positions, triangles: Self.cube.triangles), to: path)
        let bare = try MeshFile.read(path)
        #expect(bare.positions == Self.cube.positions && bare.triangles == Self.cube.triangles)
        #expect(bare.normals.isEmpty && bare.colors.isEmpty)
    }

    @Test func unknownExtensionsAreRefused() throws {
        #expect(throws: FathomError.self) { try MeshFile.read("mesh.step") }
        #expect(throws: FathomError.self) { try MeshFile.write(Self.cube, to: "/tmp/mesh.step") }
    }

    @Test func stlHoldsEveryTriangle() throws {
        let folder = try TemporaryFolder()
        try MeshFile.write(Self.cube, to: folder.file("cube.stl"))
        var reader = ByteReader(try FileSystem.read(folder.file("cube.stl")), path: "stl", offset: 80)
        #expect(try reader.integer(UInt32.self, "count") == 12 && reader.remaining == 12 * 50)
        var volume: Float = 0
        for _ in 0..<12 {
            let v = try (0..<12).map { _ in try reader.float("number") }
            let (n, a) = (SIMD3(v[0], v[1], v[2]), SIMD3(v[3], v[4], v[5]))
            let (b, c) = (SIMD3(v[6], v[7], v[8]), SIMD3(v[9], v[10], v[11]))
            #expect(length(cross(b - a, c - a) / 4 - n) < 1e-6)
            volume += dot(a, cross(b, c)) / 6
            _ = try reader.integer(UInt16.self, "attributes")
        }
        #expect(abs(volume - 8) < 1e-4)
    }

    /// The parts of the format that viewers insist on: lengths, padding, alignment, bounds, linear colours.
    @Test func glbObeysTheFormat() throws {
        let bytes = try GLBFile.encode(Self.cube, zUp: true)
        var reader = ByteReader(bytes, path: "glb")
        #expect(try reader.integer(UInt32.self, "magic") == 0x4654_6C67)
        #expect(try reader.integer(UInt32.self, "version") == 2)
        #expect(try reader.integer(UInt32.self, "length") == UInt32(bytes.count))
        let jsonLength = Int(try reader.integer(UInt32.self, "length"))
        #expect(try reader.integer(UInt32.self, "type") == 0x4E4F_534A && jsonLength % 4 == 0)
        let text = String(decoding: bytes[try reader.take(jsonLength, "json")], as: UTF8.self)
        let dataLength = Int(try reader.integer(UInt32.self, "length"))
        #expect(try reader.integer(UInt32.self, "type") == 0x004E_4942 && dataLength % 4 == 0 && reader.remaining == dataLength)
        let json = try JSONNode.parse(text, name: "json")
        for view in try json.required("bufferViews").elements() {
            #expect(try view.required("byteOffset").int() % 4 == 0)
        }
        let position = try json.required("accessors").elements()[0]
        #expect(try position.required("min").doubles() == [2, -2, 4] && position.required("max").doubles() == [4, 0, 6])
        // sRGB 128 is 21.6 % of linear light.
        let grey = Mesh(
            positions: Self.cube.positions, colors: Array(repeating: [128, 128, 128], count: 8), triangles: Self.cube.triangles)
        let colorStart = 28 + 12 * 8
        let encoded = try GLBFile.encode(grey)
        let json2 = Int(encoded[12]) | Int(encoded[13]) << 8
        let low = encoded[json2 + colorStart], high = encoded[json2 + colorStart + 1]
        #expect(abs(Double(UInt16(high) << 8 | UInt16(low)) / 65535 - 0.21586) < 1e-4)
        // Turned upright: z becomes y.
        let turned = try GLBFile.decode(bytes, name: "turned")
        #expect(length(turned.positions[7] - SIMD3(4, 6, 0)) < 1e-5 && abs(turned.signedVolume - 8) < 1e-4)
        #expect(throws: FathomError.self) { try GLBFile.encode(Mesh()) }
    }

    /// All 256 sRGB values survive the way through linear 16-bit colours.
    @Test func glbColoursAreLossless() throws {
        let colors = (0..<256).map { SIMD3<UInt8>(UInt8($0), UInt8(255 - $0), UInt8($0 ^ 0x55)) }
        let positions = (0..<256).map { SIMD3<Float>(Float($0), 0, Float($0 % 7)) }
        let mesh = Mesh(positions: positions, colors: colors, triangles: [[0, 1, 2]])
        #expect(try GLBFile.decode(GLBFile.encode(mesh), name: "x").colors == colors)
    }

    @Test func plyOfOtherProgramsIsRead() throws {
        let ascii = """
            ply
            format ascii 1.0
            comment made by hand
            element vertex 4
            property double x
            property double y
            property list uchar int others
            property double z
            property uchar red
            property uchar green
            property uchar blue
            element edge 1
            property int vertex1
            property int vertex2
            element face 1
            property list uchar uint vertex_index
            property float quality
            end_header
            0 0 2 9 9 0.5 255 0 0
            1 0 0 0.5 0 255 0
            1 1 1 7 0.5 0 0 255
            0 1 0 0.5 1 2 3
            0 1
            4 0 1 2 3 0.75
            """
        let mesh = try PLYFile.decodeMesh(Array(ascii.replacing("\n", with: "\r\n").utf8), name: "ascii")
        #expect(mesh.positions == [[0, 0, 0.5], [1, 0, 0.5], [1, 1, 0.5], [0, 1, 0.5]])
        #expect(mesh.triangles == [[0, 1, 2], [0, 2, 3]] && mesh.colors[3] == [1, 2, 3])
        var binary = Array(
            "ply\nformat binary_big_endian 1.0\nelement vertex 1\nproperty short x\nproperty float y\nproperty double z\nend_header\n"
                .utf8)
        binary += [0xFF, 0xFE]
        binary += withUnsafeBytes(of: Float(1.5).bitPattern.bigEndian) { Array($0) }
        binary += withUnsafeBytes(of: Double(-7.25).bitPattern.bigEndian) { Array($0) }
        #expect(try PLYFile.decodePoints(binary, name: "binary").positions == [[-2, 1.5, -7.25]])
    }

    @Test func pointsKeepAllTheyCarry() throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: 9)
        var points = PointCloud()
        for index in 0..<70_000 {
            points.positions.append(SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal())))
            points.normals.append(normalize(points.positions[index]))
            points.colors.append([UInt8(index & 255), UInt8(index >> 8 & 255), 77])
            points.confidences.append(Float(random.uniform()))
            points.viewCounts.append(UInt8(index % 11))
        }
        try PLYFile.write(points, to: folder.file("points.ply"))
        let back = try PLYFile.readPoints(folder.file("points.ply"))
        #expect(back.positions == points.positions && back.normals == points.normals && back.colors == points.colors)
        #expect(back.confidences == points.confidences && back.viewCounts == points.viewCounts)
        #expect(try PLYFile.readMesh(folder.file("points.ply")).triangles.isEmpty)
    }

    @Test(
        arguments: [
            ("ply", "ply\nformat ascii 1.0\nelement vertex 9999999999\nproperty float x\nend_header\n", "--max-points"),
            ("ply", "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n1\n", "x, y and z"),
            ("ply", "plx\n", "begin with"),
            (
                "ply",
                "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\n"
                    + "property list uchar int vertex_indices\nend_header\n0 0 0\n3 0 0 1\n", "vertex 1 of 1"
            ),
            ("obj", "v 0 0 0\nf 1 2 3\n", "line 2"), ("obj", "v 0 0 0\nf 0 1 1\n", "line 2"), ("obj", "v 0 nan 0\n", "finite"),
            ("glb", "glTF\u{1}\0\0\0\0\0\0\0", "glTF 1"), ("glb", "nothing", "GLB"),
        ])
    func faultsAreNamed(type: String, content: String, says: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(content, as: "fault." + type)
        let error = #expect(throws: FathomError.self) { try MeshFile.read(path) }
        #expect(error?.code == .inputInvalid && error?.description.contains(says) == true, "\(String(describing: error))")
    }

    @Test(.needsSharedMaterial, arguments: [("spot", 2930, 5856), ("fandisk", 6475, 12946), ("stanford-bunny", 35947, 69451)])
    func realMeshesAreRead(name: String, vertices: Int, triangles: Int) throws {
        let mesh = try MeshFile.read(SharedMaterial.path("data/meshes/\(name).obj"))
        #expect(mesh.triangles.count == triangles && mesh.area > 0)
        #expect(mesh.positions.count == vertices)
    }
}
