import FathomCore
import FathomGeometry
import FathomTestSupport
import Testing

/// STL files, whose loose triangles are joined again.
@Suite struct STLFileTests {
    private static let square = """
        solid a square
          facet normal 0 0 1
            outer loop
              vertex 0 0 0.1
              vertex 1e0 0 0.1
              vertex 1 1 0.1
            endloop
          endfacet
          FACET NORMAL 0 0 1
            OUTER LOOP
              VERTEX 0 -0 0.1
              VERTEX 1 1 0.1
              VERTEX 0 1 0.1
            ENDLOOP
          ENDFACET
        endsolid a square
        """

    @Test func textIsJoined() throws {
        for text in [Self.square, Self.square.replacing("\n", with: "\r\n")] {
            let mesh = try STLFile.decode(Array(text.utf8), name: "square")
            #expect(mesh.positions == [[0, 0, 0.1], [1, 0, 0.1], [1, 1, 0.1], [0, 1, 0.1]])
            #expect(mesh.triangles == [[0, 1, 2], [0, 2, 3]] && mesh.normals.isEmpty && mesh.colors.isEmpty)
        }
    }

    /// Made by hand: a header that says "solid" although the file is binary, one triangle twice, attribute bytes in use.
    @Test func binaryThatCallsItselfSolid() throws {
        var bytes = Array("solid written by a program that knows no better".utf8)
        bytes += [UInt8](repeating: 32, count: 80 - bytes.count) + [2, 0, 0, 0]
        for _ in 0..<2 {
            for value in [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0] as [Float] {
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
            }
            bytes += [0xAB, 0xCD]
        }
        let mesh = try STLFile.decode(bytes, name: "binary")
        #expect(mesh.positions == [[0, 0, 0], [1, 0, 0], [0, 1, 0]] && mesh.triangles == [[0, 1, 2], [0, 1, 2]])
    }

    @Test(
        arguments: [
            ("solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nendloop\n", "line 6: a facet has 2 corners"),
            ("solid x\nfacet normal 0 0 1\n", "ends inside a solid"), ("solid x\nvertex 0 nan 0\n", "line 2: y is 'nan'"),
            ("solid x\nfoo\n", "line 2: 'foo' is no word"), ("ply\n", "is no STL file"),
            (String(repeating: "x", count: 90), "triangles are announced"),
        ])
    func faultsAreNamed(content: String, says: String) throws {
        let error = try #require(throws: FathomError.self) { try STLFile.decode(Array(content.utf8), name: "fault.stl") }
        #expect(error.code == .inputInvalid && "\(error)".contains(says), "\(error)")
    }

    @Test func damagedFilesNeverCrash() throws {
        let folder = try TemporaryFolder()
        try STLFile.write(MeshFileTests.cube, to: folder.file("cube.stl"))
        for bytes in [try FileSystem.read(folder.file("cube.stl")), Array(Self.square.utf8)] {
            for copy in Mutator.mutations(of: bytes, count: 1000) {
                do {
                    let mesh = try STLFile.decode(copy, name: "x")
                    #expect(mesh.triangles.allSatisfy { $0.max() < mesh.positions.count })
                } catch is FathomError {}
            }
        }
    }
}
