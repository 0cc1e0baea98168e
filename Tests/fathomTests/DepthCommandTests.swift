import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// `fathom depth` on photos, good and bad ones.
struct DepthCommandTests {
    /// A picture with a gradient, so that depth is not the same everywhere.
    private func writePhoto(_ path: String, _ width: Int, _ height: Int) throws {
        var picture = Raster<UInt8>(uninitializedWidth: width, height: height, channels: 3)
        for y in 0..<height {
            for x in 0..<width { for c in 0..<3 { picture[x, y, c] = UInt8(truncatingIfNeeded: 2 * x + 3 * y * (c + 1)) } }
        }
        try ImageFile.writePNG(picture, to: path)
    }

    @Test func imagesFoldersAndLists() throws {
        let folder = try TemporaryFolder()
        for name in ["one", "set", "more"] { try FileSystem.makeFolder(folder.file(name)) }
        try writePhoto(folder.file("one/a.png"), 40, 30)
        try writePhoto(folder.file("set/a.png"), 33, 47)
        try writePhoto(folder.file("set/b.PNG"), 64, 32)
        try writePhoto(folder.file("more/c.png"), 20, 20)
        try folder.write("# a comment\n\nmore/c.png\n", as: "list.txt")
        let result = try FathomProgram.run("depth", "one/a.png", "set", "list.txt", "-o", "out", "--json", "-q", in: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try FileSystem.list(folder.file("out")) == ["depth", "preview", "report.html", "run.json"])
        let names = ["a-2.png", "a.png", "b.png", "c.png"]
        #expect(try FileSystem.list(folder.file("out/depth")) == names)
        #expect(try FileSystem.list(folder.file("out/preview")) == names)
        let map = try DepthFile.read(folder.file("out/depth/a-2.png"))
        #expect(map.width == 33 && map.height == 47 && map.convention == .affineInverse)
        let codings = try JSONNode.read(folder.file("out/run.json")).required("outputs").required("depth/{stem}.png").required(
            "codings")
        #expect(try codings.members().count == 4)
    }

    @Test func imagesThatFailAreListedAndTheOthersGoOn() throws {
        let folder = try TemporaryFolder()
        try writePhoto(folder.file("good.png"), 24, 24)
        try folder.write("no image", as: "bad.jpg")
        let (good, bad, none) = (folder.file("good.png"), folder.file("bad.jpg"), folder.file("none.png"))
        let result = try FathomProgram.run("depth", bad, good, none, "-o", folder.file("out"), "--format", "npz", "--json", "-q")
        #expect(result.status == 2)
        let summary = try JSONNode.parse(result.output, name: "--json")
        #expect(try summary.required("status").string() == "partial")
        let failed = try summary.required("failed").elements()
        #expect(try failed.map { try $0.required("item").string() } == [bad, none])
        #expect(try failed.map { try $0.required("status").int() } == [65, 66])
        #expect(try FileSystem.list(folder.file("out/depth")) == ["good.npz"])
        let record = try JSONNode.read(folder.file("out/run.json"))
        #expect(try record.required("status").string() == "partial")
        #expect(try record.required("nodes").required("depth").required("failed").elements().count == 2)

        let text = try FathomProgram.run("depth", good, bad, "-o", folder.file("out"), "-q")
        #expect(text.status == 2 && text.output.contains("without a result (1):\n\(bad): is neither a PNG nor a JPEG image"))
        let whole = try FathomProgram.run("depth", good, bad, "-o", folder.file("out"), "--shard", "1/1", "-q")
        #expect(whole.status == 2 && whole.output.contains("without a result (1):"))
        #expect(try FathomProgram.run("depth", bad, "-o", folder.file("x"), "-q").status == 65)
        #expect(try FathomProgram.run("depth", none, "-o", folder.file("x"), "-q").status == 66)
        let all = try FathomProgram.run("depth", none, bad, "-o", folder.file("x"), "-q")
        #expect(all.status == 66 && all.errors.contains("none of the 2 images can be read"))
    }

    /// What the header asks for counts neither for the forecast nor for the other images.
    @Test(arguments: [2_147_483_647, 60_000]) func imagesBeyondTheLimitFailAlone(side: Int) throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.file("photos"))
        try writePhoto(folder.file("photos/good.png"), 24, 24)
        var bytes = try FileSystem.read(folder.file("photos/good.png"))
        for place in 0..<8 { bytes[16 + place] = UInt8(truncatingIfNeeded: side >> (8 * (3 - place % 4))) }
        Mutator.sealChunks(of: &bytes)
        try folder.write(bytes, as: "photos/huge.png")
        for arguments in [["depth", "photos"], ["batch", "builtin:depth", "photos/huge.png", "photos/good.png"]] {
            let result = try ChildProcess(
                FathomProgram.path(), arguments + ["-o", "out-\(arguments[0])", "-q"], in: folder.path
            ).wait()
            let output = result.output + result.errors
            #expect(result.status == 2 && output.contains("\(side) × \(side); at most"), "\(result.status) \(output)")
        }
        #expect(try FileSystem.list(folder.file("out-depth/depth")) == ["good.png"])
    }
}
