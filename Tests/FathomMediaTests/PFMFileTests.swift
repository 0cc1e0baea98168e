import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct PFMFileTests {
    private let map = Raster<Float>(width: 3, height: 2, samples: Buffer([0.5, -2, .infinity, 1e-20, 3, 123456.78]))

    /// The bytes that OpenCV writes for `map` but for the spelling of the scale.
    private let littleEndian =
        Array("Pf\n3 2\n-1.0\n".utf8) + GoldenImages.base64("COU8HgAAQEBkIPFHAAAAPwAAAMAAAIB/")

    @Test func writesAndReadsLittleEndianRowsFromTheBottom() throws {
        #expect(PFMFile.encode(map) == littleEndian)
        #expect(try PFMFile.decode(littleEndian, name: "a.pfm") == map)
        let folder = try TemporaryFolder()
        try PFMFile.write(map, to: folder.file("a.pfm"))
        #expect(try PFMFile.read(folder.file("a.pfm")) == map)
    }

    @Test func readsBigEndian() throws {
        let swapped = stride(from: 12, to: 36, by: 4).flatMap { littleEndian[$0..<$0 + 4].reversed() }
        #expect(try PFMFile.decode(Array("Pf 3\t2 1\r".utf8) + swapped, name: "b.pfm") == map)
    }

    @Test func truncationAndWrongHeadersAreErrors() throws {
        for cut in Mutator.truncations(of: littleEndian) {
            #expect(throws: FathomError.self) { try PFMFile.decode(cut, name: "cut") }
        }
        for header in ["PF\n3 2\n-1\n", "Pf\n3 -2\n-1\n", "Pf\n3 2\n0\n", "Pf\n99999999999 99999999999\n-1\n", "Pf\n3 x\n-1\n"] {
            #expect(throws: FathomError.self) { try PFMFile.decode(Array(header.utf8) + littleEndian[12...], name: "bad") }
        }
    }
}
