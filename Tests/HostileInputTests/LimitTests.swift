import CZlib
import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// Limits are declared, each error names the flag that raises it, and bombs are refused before they are unpacked.
@Suite struct LimitTests {
    private func refusal(_ read: () throws -> Void) -> FathomError? {
        #expect(throws: FathomError.self) { try read() }
    }

    @Test(arguments: [
        ("pixels", "is 300 × 200; at most 50000 pixels"), ("points", "holds 9 vertices; at most 8 are"),
        ("views", "has 4 views; at most 3 are"), ("file-size", "is 2K; at most 1K are"),
        ("ratio", "unpacks to 80M from 400K; at most 200 times"),
    ])
    func refusalsNameLimitAndFlag(flag: String, says: String) throws {
        var limits = ReadLimits()
        for (name, value) in [("pixels", "50000"), ("points", "8"), ("views", "3"), ("file-size", "1K"), ("ratio", "200")] {
            try limits.set("max-\(name)", to: value)
        }
        let error = refusal {
            switch flag {
            case "pixels": try limits.check(width: 300, height: 200, name: "a.png")
            case "points": try limits.check(points: 9, "vertices", name: "a.ply")
            case "views": try limits.check(views: 4, name: "scene")
            case "file-size": try limits.check(fileSize: 2048, name: "a.obj")
            default: try limits.check(unpacked: 80 << 20, from: 400 << 10, name: "a.zip")
            }
        }
        #expect(error?.code == .inputInvalid && error?.message.hasPrefix(says) == true, "\(String(describing: error))")
        #expect(error?.remedy?.contains("--max-\(flag)") == true)
        // At the limit itself nothing is refused.
        try limits.check(width: 250, height: 200, name: "a.png")
        try limits.check(points: 8, name: "a.ply")
        try limits.check(views: 3, name: "scene")
        try limits.check(fileSize: 1024, name: "a.obj")
        try limits.check(unpacked: 80 << 20, from: 80 << 20, name: "a.zip")
        try limits.check(unpacked: 64 << 20, from: 1, name: "a.zip")
    }

    @Test func sizesThatOverflowAreRefused() {
        #expect(refusal { try ReadLimits().check(width: .max, height: 2, name: "a") }?.message.contains("at most") == true)
        #expect(refusal { try ReadLimits().check(width: 0, height: 2, name: "a") }?.message.contains("no pixels") == true)
    }

    @Test func deepDocumentsAreRefused() throws {
        for depth in [65, 100_000] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(refusal { _ = try JSONNode.parse(text, name: "t") }?.remedy?.contains("--max-nesting") == true)
        }
        _ = try JSONNode.parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64), name: "t")
    }

    /// A long key is not repeated for every node below it.
    @Test func longKeysTakeMemoryOnce() throws {
        let key = String(repeating: "k", count: 20_000)
        let text = Array("{\(key): [\(String(repeating: "0,", count: 5000))]}".utf8)
        let target = FuzzTarget("long keys", [.init("a document", text, .binary)]) { _ in
            let node = try JSONNode.parse(String(decoding: text, as: UTF8.self), name: "t")
            guard try node.required(key).elements()[4999].path == "\(key)[4999]" else { throw FuzzTarget.Violation("the path") }
        }
        #expect(try target.run(count: 2).findings == [])
    }

    // MARK: Bombs

    /// An archive whose one entry unpacks to 100 MB.
    private static func bomb() throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.zip"))
        try writer.add("zeros", [UInt8](repeating: 0, count: 100 << 20))
        try writer.finish()
        return try FileSystem.read(folder.file("a.zip"))
    }

    @Test func zipBombsAreRefused() throws {
        let bomb = InputFile(bytes: try Self.bomb(), name: "a.zip")
        #expect(refusal { _ = try ZipReader(bomb) }?.remedy?.contains("--max-ratio") == true)
        var limits = ReadLimits()
        limits.ratio = 1100
        #expect(try ZipReader(bomb, limits: limits).entries.count == 1)
    }

    /// Two entries of the directory that share the bytes of one.
    @Test func overlappingEntriesAreRefused() throws {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.zip"))
        try writer.add("a", Array(0...200), compress: false)
        try writer.add("b", Array(0...200), compress: false)
        try writer.finish()
        var bytes = try FileSystem.read(folder.file("a.zip"))
        let records = bytes.indices.filter { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) }
        let (first, second) = (records[0], records[1])
        bytes.replaceSubrange(second + 42..<second + 47, with: bytes[first + 42..<first + 47])
        #expect(refusal { _ = try ZipReader(InputFile(bytes: bytes, name: "a.zip")) }?.message.contains("twice") == true)
        bytes[second + 46] = UInt8(ascii: "b")
        #expect(refusal { _ = try ZipReader(InputFile(bytes: bytes, name: "a.zip")) } != nil)
    }

    /// Compressed text chunks that would take gigabytes together.
    @Test func textBombsInPNGAreNotUnpacked() throws {
        let plain = [UInt8](repeating: 65, count: 3 << 20)
        var packed = [UInt8](repeating: 0, count: fathom_deflate_bound(plain.count))
        let count = fathom_deflate(plain, plain.count, &packed, packed.count, 9, 0)
        let content = Array("key\0\0".utf8) + packed[..<count]
        var chunk: [UInt8] = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (24 - 8 * $0)) }
        chunk += Array("zTXt".utf8) + content + [0, 0, 0, 0]
        var png = try ImageFile.encodePNG(ImageReaders.picture(UInt8.self, channels: 1))
        png.insert(contentsOf: Array(repeatElement(chunk, count: 64).joined()), at: 33)
        Mutator.sealChunks(of: &png)
        let target = FuzzTarget("text bombs", [.init("a picture", png, .binary)], allowance: 300 << 20) { [png] _ in
            _ = try ImageFile.decode(png, name: "bomb.png")
        }
        let report = try target.run(count: 1)
        #expect(report.findings == [] && report.accepted == 1)
    }

    /// libpng makes room for what a chunk claims before it reads it.
    @Test(arguments: ["tEXt", "zTXt", "iTXt", "eXIf", "iCCP"], [false, true])
    func chunksThatClaimGigabytesAreRefused(name: String, isLast: Bool) throws {
        var png = try ImageFile.encodePNG(ImageReaders.picture(UInt8.self, channels: 1))
        png.insert(contentsOf: [0x70, 0, 0, 0] + Array(name.utf8) + Array(0..<40), at: isLast ? png.count - 12 : 33)
        let target = FuzzTarget("claims", [.init("a picture", png, .binary)]) { [png] _ in
            _ = try ImageFile.decode(png, name: "a.png")
        }
        let report = try target.run(count: 1)
        #expect(report.findings == [] && report.refused == 1)
    }

    /// A display window of a gigapixel around one pixel of data.
    @Test func windowsWithoutDataAreRefused() throws {
        var bytes = GoldenEXR.zipFloat
        let window = try #require(bytes.firstRange(of: Array("displayWindow\0box2i\0".utf8)))
        bytes.replaceSubrange(window.upperBound + 12..<window.upperBound + 20, with: [0xFF, 0x1F, 0, 0, 0xFF, 0x1F, 0, 0])
        #expect(refusal { _ = try EXRFile.decode(bytes, name: "a.exr") }?.remedy?.contains("--max-ratio") == true)
    }

    /// Colours that are no numbers are black.
    @Test func coloursThatAreNoNumbers() throws {
        let header = "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\n"
        let colors = "property float red\nproperty float green\nproperty float blue\nend_header\n0 0 0 nan 1 inf\n"
        #expect(try PLYFile.decodePoints(Array((header + colors).utf8), name: "a.ply").colors == [[0, 255, 255]])
    }

    @Test func coloursThatAreNoNumbersInGLB() throws {
        var bytes = MeshReaders.instances().bytes
        let start = bytes.count - 176 + 72
        bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0xC0, 0x7F])
        #expect(try GLBFile.decode(bytes, name: "a.glb").positions.count == 24)
    }

    /// Principal points beyond all images, also where the user answers for them, and lenses that send rays anywhere.
    @Test(arguments: [false, true]) func camerasOfAnyNumbers(isScaled: Bool) throws {
        let (source, written) = (try TemporaryFolder(), try TemporaryFolder())
        var scene = try SceneReaders.scene(in: source.path)
        for index in scene.views.indices { (scene.views[index].camera.cx, scene.views[index].camera.cy) = (1e300, 1e300) }
        _ = try SceneWriter.write(scene, to: written.path, as: try #require(SceneWriter.exporter("colmap")))
        let options = SceneOptions(cameraScale: isScaled ? .factor(1) : .stated)
        #expect((try? SceneReader.read(written.path, options: options))?.views.isEmpty != true)
    }

    @Test(arguments: [1e300, -1e300, 1e10, -1e10, -1])
    func lensesOfAnyNumbers(k: Double) {
        let lenses: [LensModel] = [
            .radial(k1: k, k2: -k), .openCV(k1: k, k2: k, p1: k, p2: -k), .fisheye(k1: k, k2: -k, k3: k, k4: k),
            .fullOpenCV(k1: k, k2: k, p1: k, p2: k, k3: k, k4: -k, k5: k, k6: k),
        ]
        for lens in lenses {
            let camera = Camera(width: 40, height: 30, fx: 30, fy: 30, cx: 20, cy: 15, lens: lens)
            let straight = Undistorter(camera)
            let (width, height) = (straight.camera.width, straight.camera.height)
            #expect(width > 0 && width <= 80 && height > 0 && height <= 60)
            #expect(straight.apply(ImageReaders.picture(UInt8.self, channels: 3, width: 40, height: 30)).width == width)
            #expect(straight.applyNearest(ImageReaders.picture(UInt8.self, channels: 1, width: 40, height: 30)).height == height)
        }
    }

    /// Rows that take no bytes would be counted forever.
    @Test func elementsWithoutPropertiesAreRefused() {
        let header =
            "ply\nformat binary_little_endian 1.0\n" + String(repeating: "element x 1000\n", count: 1000) + "end_header\n"
        let bytes = Array(header.utf8) + [UInt8](repeating: 0, count: 1000)
        #expect(refusal { _ = try PLYFile.decodePoints(bytes, name: "a.ply") }?.message.contains("no properties") == true)
    }

    /// Arrays without elements may claim any extent.
    @Test func arraysWithoutElementsHaveNoSlices() throws {
        let folder = try TemporaryFolder()
        try NPYWriter.write(Buffer<Float>([]), shape: [1 << 60, 0], to: folder.file("a.npy"))
        #expect(refusal { _ = try NPYSlices(InputFile(folder.file("a.npy"))) }?.message.contains("without elements") == true)
        #expect(refusal { _ = try DepthFile.read(folder.file("a.npy")) } != nil)
    }

    @Test func theProgramTakesLimits() throws {
        let folder = try TemporaryFolder()
        try ImageFile.writePNG(ImageReaders.picture(UInt8.self, channels: 3, width: 40, height: 30), to: folder.file("a.png"))
        let result = try FathomProgram.run("depth", folder.file("a.png"), "-o", folder.file("out"), "--max-pixels", "1000")
        #expect(result.errors.contains("--max-pixels") && result.status != 0, "\(result)")
    }
}
