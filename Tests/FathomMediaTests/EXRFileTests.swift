import FathomCore
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct EXRFileTests {
    /// Equal values, NaN at the same places.
    private func same(_ left: Raster<Float>, _ right: Raster<Float>) -> Bool {
        (left.width, left.height) == (right.width, right.height)
            && zip(left.samples.array, right.samples.array).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    private func plane(width: Int = 5, height: Int = 19, _ value: (Int, Int) -> Float) -> Raster<Float> {
        var raster = Raster<Float>(uninitializedWidth: width, height: height)
        for y in 0..<height {
            for x in 0..<width { raster[x, y] = value(x, y) }
        }
        return raster
    }

    private func depth(_ x: Int, _ y: Int) -> Float {
        (x, y) == (2, 3) ? .nan : (x, y) == (1, 0) ? .infinity : 0.25 * Float(x) + 3 * Float(y) - 1
    }

    @Test func readsFilesOfTheOpenEXRLibrary() throws {
        #expect(same(try EXRFile.decode(GoldenEXR.zipFloat, name: "zip").values, plane(depth)))
        #expect(same(try EXRFile.decode(GoldenEXR.zipsHalf, name: "zips").values, plane(depth)))
        #expect(same(try EXRFile.decode(GoldenEXR.rleUint, name: "rle").values, plane { Float((5 * $1 + $0) / 7 * 1_000_000) }))
    }

    @Test func dataWindowIsPlacedInTheDisplayWindow() throws {
        let image = try EXRFile.decode(GoldenEXR.noneMany, name: "none")
        #expect(image.attributes == ["type": "scanlineimage"])
        #expect(same(image.values, plane(width: 6, height: 18) { x, y in x >= 3 && y <= 16 ? depth(x - 3, y + 2) : .nan }))
    }

    @Test(arguments: [(1, 1), (3, 16), (64, 33), (129, 47)]) func roundTrip(width: Int, height: Int) throws {
        var random = SeededRandom(seed: 5)
        let smooth = plane(width: width, height: height, depth)
        let noise = plane(width: width, height: height) { _, _ in Float(bitPattern: .random(in: 0...0x7F7F_FFFF, using: &random))
        }
        let folder = try TemporaryFolder()
        for values in [smooth, noise] {
            let image = EXRImage(
                values: values,
                attributes: ["convention": "metric", "unit": "\u{b5}m"])
            try EXRFile.write(image, to: folder.file("z.exr"))
            let read = try EXRFile.read(folder.file("z.exr"))
            #expect(same(read.values, values) && read.attributes == image.attributes)
            #expect(try FileSystem.read(folder.file("z.exr")) == EXRFile.encode(image))
        }
    }

    @Test func largeClaimsAndOtherKindsAreRefused() throws {
        let file = GoldenEXR.zipFloat
        let window = try #require(file.firstRange(of: Array("dataWindow\0box2i\0".utf8))).upperBound + 4
        var wide = file
        wide.replaceSubrange(window + 8..<window + 12, with: [0xFF, 0xFF, 0xFF, 0x7F])
        var tall = file
        tall.replaceSubrange(window + 12..<window + 16, with: [0xFF, 0xFF, 0xFF, 0])
        var inverted = file
        inverted.replaceSubrange(window + 8..<window + 12, with: [0xFF, 0xFF, 0xFF, 0xFF])
        var tiled = file
        tiled[5] = 2
        var piz = file
        piz[try #require(file.firstRange(of: Array("compression\0compression\0".utf8))).upperBound + 4] = 4
        for (bytes, reason) in [
            (wide, "at most"), (tall, "cannot hold"), (inverted, "no pixels"), (tiled, "single part"), (piz, "ZIP compression"),
        ] {
            let error = try #require(throws: FathomError.self) { try EXRFile.decode(bytes, name: "a.exr") }
            #expect(error.description.contains(reason), "\(error)")
        }
    }

    @Test(arguments: [GoldenEXR.zipFloat, GoldenEXR.zipsHalf, GoldenEXR.rleUint, GoldenEXR.noneMany])
    func truncationIsAnError(file: [UInt8]) {
        for cut in Mutator.truncations(of: file) {
            #expect(throws: FathomError.self) { try EXRFile.decode(cut, name: "cut") }
        }
    }
}
