import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

/// Meshes come back from every format with equal topology and equal bits.
@Suite struct MeshRoundTripTests {
    /// A bent grid of 40 × 40 vertices whose coordinates are of every magnitude, with unit normals and colours. No two vertices
    /// share a place.
    private static let sheet: Mesh = {
        var random = SeededRandom(seed: 22)
        var mesh = Mesh()
        let side = 40
        for y in 0..<side {
            for x in 0..<side {
                let scale = Float(sign: .plus, exponent: Int(random.uniform(-60..<60)), significand: 1)
                mesh.positions.append([Float(x) + Float(random.uniform()) / 3, Float(y) / 7, Float(random.normal()) * scale])
                mesh.normals.append(normalize(SIMD3<Float>(SIMD3(random.normal(), random.normal(), random.normal()))))
                mesh.colors.append([UInt8(6 * x), UInt8(6 * y), UInt8((x * y) % 256)])
            }
        }
        mesh.positions[0] = [-0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        for y in 0..<side - 1 {
            for x in 0..<side - 1 {
                let a = UInt32(y * side + x)
                let b = a + UInt32(side)
                mesh.triangles += [[a, a + 1, b], [b, a + 1, b + 1]]
            }
        }
        return mesh
    }()

    private static func bits(_ vectors: [SIMD3<Float>]) -> [SIMD3<UInt32>] {
        vectors.map { SIMD3($0.x.bitPattern, $0.y.bitPattern, $0.z.bitPattern) }
    }

    @Test(arguments: ["ply", "obj", "glb", "stl"])
    func topologyAndBits(type: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("sheet." + type)
        try MeshFile.write(Self.sheet, to: path)
        let back = try MeshFile.read(path)
        if type == "stl" {
            // Vertices come in the order of the triangles: the same triangles of the same places.
            #expect(back.positions.count == Self.sheet.positions.count && back.triangles.count == Self.sheet.triangles.count)
            let expected = Self.sheet.triangles.map { t in (0..<3).map { Self.sheet.positions[Int(t[$0])] } }
            #expect(back.triangles.map { t in (0..<3).map { back.positions[Int(t[$0])] } } == expected)
            #expect(MeshFile.dropped(of: Self.sheet, by: type) == ["normals of vertices", "colours"])
            try MeshFile.write(back, to: path)
            let again = try MeshFile.read(path)
            #expect(again.triangles == back.triangles && Self.bits(again.positions) == Self.bits(back.positions))
            return
        }
        #expect(back.triangles == Self.sheet.triangles && back.colors == Self.sheet.colors)
        #expect(Self.bits(back.positions) == Self.bits(Self.sheet.positions))
        #expect(Self.bits(back.normals) == Self.bits(Self.sheet.normals))
        #expect(MeshFile.dropped(of: Self.sheet, by: type).isEmpty)
    }

    /// A foreign GLB file turned by its node keeps unit normals; Blender's meshes lie under such nodes.
    @Test func turnedNormalsStayUnit() throws {
        let turned = try GLBFile.decode(GLBFile.encode(Self.sheet, zUp: true), name: "turned")
        #expect(turned.triangles == Self.sheet.triangles)
        for (a, b) in zip(turned.normals, Self.sheet.normals) { #expect(length(a - SIMD3(b.x, b.z, -b.y)) < 1e-6) }
    }
}
