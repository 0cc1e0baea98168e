import FathomMesh
import Testing

@Suite struct CubeCasesTests {
    private let cases = CubeCases.shared

    private func triangles(_ variant: Int) -> [[Int]] {
        (Int(cases.firstTriangle[variant])..<Int(cases.firstTriangle[variant + 1])).map { t in
            (0..<3).map { Int(cases.triangles[4 * t + $0]) }
        }
    }

    /// Every variant uses exactly the crossed edges, and its open edges lie on the cube's faces: a crossed edge starts one
    /// boundary segment and ends one.
    @Test func variantsCloseInsideTheCube() {
        for cube in 0..<256 {
            let crossed = (0..<12).filter { edge in
                let (a, b) = CubeCases.corners(ofEdge: edge)
                return (cube >> a ^ cube >> b) & 1 == 1
            }
            let first = Int(cases.firstVariant[cube])
            for variant in first..<first + 1 << cases.ambiguousFaces[cube].nonzeroBitCount {
                let triangles = triangles(variant)
                #expect(Set(triangles.joined().filter { $0 < 12 }) == Set(crossed))
                var directed = Set<[Int]>()
                for t in triangles {
                    for i in 0..<3 {
                        #expect(directed.insert([t[i], t[(i + 1) % 3]]).inserted, "an edge is used twice in one direction")
                    }
                }
                let open = directed.filter { !directed.contains([$0[1], $0[0]]) }
                #expect(open.map { $0[0] }.sorted() == crossed && open.map { $0[1] }.sorted() == crossed)
            }
        }
    }

    /// A single inside corner gives one triangle that faces away from it.
    @Test func trianglesFaceOutside() {
        #expect(triangles(Int(cases.firstVariant[1])).map { $0.sorted() } == [[0, 4, 8]])
        let t = triangles(Int(cases.firstVariant[1]))[0]
        let start = t.firstIndex(of: 0) ?? 0
        // Crossings on the x, y and z edges of corner 0, in this order, are counter-clockwise seen from (1, 1, 1).
        #expect([t[start], t[(start + 1) % 3], t[(start + 2) % 3]] == [0, 4, 8])
    }

    /// Ambiguity: a case of the classic checkerboard has six undecided faces, opposite corners have none.
    @Test func ambiguousFaces() {
        #expect(cases.ambiguousFaces[0b0110_1001] == 0b11_1111)
        #expect(cases.ambiguousFaces[0b1000_0001] == 0)
        // Corners 0 (000) and 3 (011) lie diagonally on the face x = 0.
        #expect(cases.ambiguousFaces[0b0000_1001] == 0b00_0001)
    }
}
