import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// Depth files of other programs, made by hand byte by byte, and what is assumed about them.
@Suite struct ForeignDepthTests {
    private static func bytes(_ floats: [Float]) -> [UInt8] {
        floats.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }

    private static func words(_ numbers: [Int32]) -> [UInt8] {
        numbers.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    /// Three columns, two rows.
    private static let depth: [Float] = [0, 1.5, 2, 3.25, 4, 0]
    private static let colmap = Array("3&2&1&".utf8) + bytes(depth)
    private static let gipuma = words([1, 2, 3, 1]) + bytes(depth)

    @Test(
        arguments: [
            ("depth.jpg.geometric.bin", colmap), ("depth.photometric.bin", colmap), ("depth.dmb", gipuma),
        ] as [(String, [UInt8])])
    func madeByHand(name: String, bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let content = try DepthFile.content(of: folder.write(bytes, as: name))
        let map = content.map
        #expect(map.width == 3 && map.height == 2 && map.convention == .metric(unit: "scene unit"))
        #expect(map.values.samples.array.map { $0.isNaN ? 0 : $0 } == Self.depth)
        #expect(map.values[0, 0].isNaN && map.values[2, 1].isNaN)
        // COLMAP's are metric by definition.
        #expect(content.notes.isEmpty == name.hasSuffix("bin"))
        #expect(try DepthFile.read(folder.file(name), as: .init(convention: .metric(unit: "m"))).convention == .metric(unit: "m"))
        let copy = "copy.\(name.pathExtension)"
        try DepthFile.write(map, to: folder.file(copy))
        #expect(try FileSystem.read(folder.file(copy)) == bytes)
    }

    @Test(
        arguments: [
            ("normal.geometric.bin", Array("3&2&3&".utf8) + bytes(depth + depth + depth), "3 channels, as normal maps do"),
            ("cut.geometric.bin", colmap.dropLast(), "24 bytes, 23 are there"),
            ("long.geometric.bin", colmap + [0], "24 bytes, 25 are there"),
            ("cameras.bin", [7, 0, 0, 0, 0, 0, 0, 0], "depth maps of COLMAP begin with WIDTH&HEIGHT&1&"),
            ("huge.geometric.bin", Array("999999999&999999999&1&".utf8), "at most 268435456 pixels"),
            ("long.bin", Array("1234567890123&1&1&".utf8), "the width is no number"),
            ("double.dmb", words([2, 2, 3, 1]) + bytes(depth), "the type is 2"),
            ("normals.dmb", words([1, 2, 3, 3]) + bytes(depth), "3 channels, as normal maps do"),
            ("cut.dmb", gipuma.dropLast(4), "24 bytes, 20 are there"),
            ("negative.dmb", words([1, -2, 3, 1]), "no pixels"),
        ] as [(String, [UInt8], String)])
    func faultsAreNamed(name: String, bytes: [UInt8], says: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, as: name)
        let error = try #require(throws: FathomError.self) { try DepthFile.read(path) }
        #expect(error.code == .inputInvalid && "\(error)".contains(says) && "\(error)".contains(name), "\(error)")
    }

    /// The known pixels 0, 1, 500, 12 800, 65 535 under each meaning.
    @Test(
        arguments: [
            ("mm", DepthConvention.metric(unit: "m"), [Float.nan, 0.001, 0.5, 12.8, .nan]),
            ("tum", .metric(unit: "m"), [.nan, 0.0002, 0.1, 2.56, 13.107]),
            ("kitti", .metric(unit: "m"), [.nan, 0.00390625, 1.953125, 50, 255.99609375]),
            ("0.5", .metric(unit: "scene unit"), [.nan, 0.5, 250, 6400, .nan]),
        ] as [(String, DepthConvention, [Float])])
    func codesMeanWhatIsSaid(word: String, convention: DepthConvention, depth: [Float]) throws {
        let folder = try TemporaryFolder()
        try ImageFile.writePNG(
            Raster<UInt16>(width: 5, height: 1, samples: Buffer([0, 1, 500, 12_800, 65_535])), to: folder.file("sensor.png"))
        let coding = try #require(PlainCoding(word: word))
        #expect(PlainCoding(word: coding.word) == coding)
        let map = try DepthFile.read(folder.file("sensor.png"), as: DepthReading(coding: coding))
        #expect(map.convention == convention)
        #expect(
            zip(map.values.samples.array, depth).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(map.values.samples.array)")
    }

    /// Every code of every coding comes back, also to readers that take the file's own word; what does not fit is counted.
    @Test(arguments: [PlainCoding.millimeters, .tum, .kitti, .scale(0.37)])
    func codesAreWrittenAsTheyWereRead(coding: PlainCoding) throws {
        let folder = try TemporaryFolder()
        let codes = Raster<UInt16>(width: 256, height: 256, samples: Buffer((0..<65_536).map { UInt16($0) }))
        try ImageFile.writePNG(codes, to: folder.file("plain.png"))
        let map = try DepthFile.read(folder.file("plain.png"), as: DepthReading(coding: coding))
        #expect(try DepthFile.write(map, to: folder.file("again.png"), as: coding) == 0)
        var expected = codes
        if coding.largestCode < .max { expected[255, 255] = 0 }
        #expect(try PNG16Codec.codes(of: ImageFile.read(folder.file("again.png")), name: "again") == expected)
        let stated = try DepthFile.read(folder.file("again.png"))
        #expect(stated.convention == map.convention)
        #expect(zip(stated.values.samples.array, map.values.samples.array).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })

        let step = Float(coding.scale)
        let values: [Float] = [.nan, 0.4 * step, -step, 0.6 * step, 65_534.4 * step, 65_535.6 * step, .infinity]
        let wide = DepthMap(values: Raster(width: 7, height: 1, samples: Buffer(values)), convention: map.convention)
        #expect(try DepthFile.write(wide, to: folder.file("wide.png"), as: coding) == 4)
        let written = try PNG16Codec.codes(of: ImageFile.read(folder.file("wide.png")), name: "wide").samples.array
        #expect(written == [0, 0, 0, 1, 65_534, 0, 0])
    }

    /// Only places that leave no doubt tell what codes are.
    @Test(
        arguments: [
            ("frame-000000.depth.png", "", PlainCoding.millimeters), ("tum/depth/1305031102.160407.png", "tum/depth.txt", .tum),
            ("tum/depth/preview.png", "tum/depth.txt", nil), ("other/depth/000.png", "", nil),
            ("redwood/depth/00000.png", "redwood/trajectory.log", .millimeters),
            ("kitti/proj_depth/groundtruth/image_02/0000000005.png", "", .kitti), ("depth.png", "", nil),
        ] as [(String, String, PlainCoding?)])
    func placesTellCodings(path: String, beside: String, coding: PlainCoding?) throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.file(path.split(separator: "/").dropLast().joined(separator: "/")))
        if !beside.isEmpty { try folder.write("", as: beside) }
        try ImageFile.writePNG(Raster<UInt16>(width: 1, height: 1, repeating: 1280), to: folder.file(path))
        guard let coding else {
            let error = try #require(throws: FathomError.self) { try DepthFile.read(folder.file(path)) }
            for word in ["mm", "tum", "kitti", "--from-coding", "--truth-coding"] { #expect("\(error)".contains(word)) }
            return
        }
        let content = try DepthFile.content(of: folder.file(path))
        #expect(content.map.values[0, 0] == Float(1280 * coding.scale) && content.map.convention == .metric(unit: "m"))
        #expect(content.notes.count == 1 && content.notes[0].contains("its codes are taken as \(coding.phrase)"))
        // The user knows better.
        #expect(try DepthFile.read(folder.file(path), as: DepthReading(coding: .scale(2))).values[0, 0] == 2560)
    }

    @Test func picturesAreNoDepth() throws {
        let folder = try TemporaryFolder()
        try ImageFile.writePNG(Raster<UInt8>(width: 2, height: 2, repeating: 9), to: folder.file("grey.depth.png"))
        try ImageFile.writePNG(Raster<UInt16>(width: 2, height: 2, channels: 3, repeating: 9), to: folder.file("rgb.png"))
        let cases: [(String, PlainCoding?)] = [("grey.depth.png", nil), ("rgb.png", nil), ("rgb.png", .tum)]
        for (name, coding) in cases {
            let error = try #require(throws: FathomError.self) {
                try DepthFile.read(folder.file(name), as: DepthReading(coding: coding))
            }
            #expect("\(error)".contains("16"), "\(error)")
        }
        #expect(throws: FathomError.self) { try DepthFile.read(folder.file("sensor.tiff")) }
    }

    /// What a file states is not overruled, and that is told; what it leaves open is filled in.
    @Test func statementsWin() throws {
        let folder = try TemporaryFolder()
        let values = Raster<Float>(width: 2, height: 1, repeating: 0.5)
        try DepthFile.write(DepthMap(values: values, convention: .inverse), to: folder.file("i.exr"))
        try DepthFile.write(DepthMap(values: values, convention: .metric(unit: "scene unit")), to: folder.file("s.exr"))
        try DepthFile.write(DepthMap(values: values, convention: .metric(unit: "m")), to: folder.file("m.png"))
        let reading = DepthReading(convention: .metric(unit: "mm"), coding: .kitti)
        let inverse = try DepthFile.content(of: folder.file("i.exr"), as: reading)
        #expect(inverse.map.convention == .inverse)
        #expect(inverse.notes == ["it states inverse depth, so that it is not read as metric depth in mm"])
        #expect(try DepthFile.content(of: folder.file("s.exr"), as: reading).map.convention == .metric(unit: "mm"))
        let codes = try DepthFile.content(of: folder.file("m.png"), as: reading)
        #expect(codes.map.convention == .metric(unit: "m") && codes.map.values[0, 0] == 0.5 && codes.notes.count == 2)
        try NPYWriter.write(values.samples, shape: [1, 2], to: folder.file("silent.npy"))
        #expect(
            try DepthFile.content(of: folder.file("silent.npy")).notes
                == ["it does not say what it holds; metric depth in scene units is assumed"])
    }

    @Test func namesInAFolder() throws {
        let folder = try TemporaryFolder()
        for name in [
            "a.jpg.geometric.bin", "a.jpg.photometric.bin", "b.jpg.photometric.bin", "cameras.bin", "c.dmb", "notes.txt",
        ] {
            try folder.write("", as: name)
        }
        let names = try DepthFile.names(in: folder.path)
        #expect(names == ["a.jpg.geometric.bin", "b.jpg.photometric.bin", "c.dmb"])
        #expect(names.map { DepthFile.stem(of: $0) } == ["a", "b", "c"])
    }
}
