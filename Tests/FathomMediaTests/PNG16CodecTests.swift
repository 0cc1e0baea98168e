import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct PNG16CodecTests {
    @Test func linearCodesInvertWithinHalfAStep() throws {
        let values = Raster<Float>(width: 7, height: 1, samples: Buffer([-3, 5, 0, 1.234, .nan, .infinity, 100]))
        let coding = PNG16Codec.Coding(kind: .linear, spanning: -3...5)
        let codes = PNG16Codec.encode(values, as: coding)
        #expect([0, 1, 4, 5, 6].map { codes[$0, 0] } == [1, 65535, 0, 0, 65535])
        let folder = try TemporaryFolder()
        try PNG16Codec.write(values, as: coding, to: folder.file("d.png"), text: [("unit", "m")])
        let (decoded, text) = try PNG16Codec.read(folder.file("d.png"))
        #expect(text["unit"] == "m")
        #expect((0..<4).allSatisfy { Double(abs(decoded[$0, 0] - values[$0, 0])) <= coding.scale / 2 + 1e-6 })
        #expect(decoded[4, 0].isNaN && decoded[5, 0].isNaN && decoded[6, 0] == 5)
    }

    @Test func inverseCodesReachInfinity() {
        let values = Raster<Float>(width: 6, height: 1, samples: Buffer([0.5, 2, 1000, .infinity, 0, -1]))
        let coding = PNG16Codec.Coding(kind: .inverse, spanning: 0.5...Float.infinity)
        let codes = PNG16Codec.encode(values, as: coding)
        #expect([0, 3, 4, 5].map { codes[$0, 0] } == [65535, 1, 0, 0])
        let decoded = PNG16Codec.decode(codes, as: coding)
        #expect((0..<3).allSatisfy { abs(1 / decoded[$0, 0] - 1 / values[$0, 0]) <= 0.51 * Float(coding.scale) })
        #expect(decoded[3, 0] > 1e15 && decoded[4, 0].isNaN && decoded[5, 0].isNaN)
    }

    @Test func constantMapsAndForeignFiles() throws {
        let flat = Raster<Float>(width: 3, height: 2, repeating: 0.1)
        let coding = PNG16Codec.Coding(kind: .linear, spanning: 0.1...0.1)
        #expect(PNG16Codec.decode(PNG16Codec.encode(flat, as: coding), as: coding) == flat)
        let millimetres = PNG16Codec.Coding(kind: .linear, scale: 0.001, offset: 0)
        let codes = Raster<UInt16>(width: 2, height: 1, samples: Buffer([0, 1500]))
        let metres = PNG16Codec.decode(codes, as: millimetres)
        #expect(metres[0, 0].isNaN && metres[1, 0] == 1.5)
        let folder = try TemporaryFolder()
        try ImageFile.writePNG(codes, to: folder.file("foreign.png"))
        let error = try #require(throws: FathomError.self) { try PNG16Codec.read(folder.file("foreign.png")) }
        #expect(error.description.contains("does not say"))
    }
}
